"""A refit is what training on the mail itself would make, beside the counts of the base."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from filter import learn
from filter.features import extract
from filter.message import parse
from filter.tally import Lesson
from models.model import KINDS, Field, Model
from tests import mail
from tests.unit.conftest import made_dataset
from training import dataset, fit, naive_bayes, refit
from training.dataset import Dataset, Rest
from training.intake import Tally
from training.recipes import SITE, STARTER
from training.sample import Sample

FIELDS = tuple(dict.fromkeys((*SITE.recipe.fields, *STARTER.recipe.fields)))
RAW = {label: [make(seed) for seed in range(100, 130)] for label, make in (("ham", mail.ham), ("spam", mail.spam))}


def lessons() -> Iterator[tuple[bytes, Lesson]]:
    """What a journal gives of `RAW`."""
    for label, messages in RAW.items():
        for raw in messages:
            entry = learn.read(raw).entry(label)
            yield entry.digest, Lesson(entry.kind, entry.slots)


@pytest.fixture(scope="module")
def base() -> Model:
    return fit.fit(made_dataset("starter", 0, 60), STARTER)


def directly(base_ham: range) -> Dataset:
    """`RAW` as training reads it, beside the counts of made mail with the numbers `base_ham`."""
    tally = Tally(SITE.recipe.fields)
    for spam, make in enumerate((mail.ham, mail.spam)):
        tally.add(dataset.extract_batch([make(number) for number in base_ham], tally.fields), bool(spam))
    ham, spam_rows = (dataset.extract_batch(RAW[label], tally.fields) for label in RAW)
    return replace(dataset.build(ham, spam_rows, tally.fields), rest=tally.rest((1.0, 1.0)))


def test_a_refit_is_the_model_that_the_messages_themselves_would_make(base: Model) -> None:
    expected, own = directly(range(60)), refit.on_top_of(base, refit.read(lessons(), FIELDS).data)
    assert expected.rest is not None
    shared = [name for name in SITE.recipe.fields if name in base.recipe.fields]
    plan = replace(SITE, recipe=replace(SITE.recipe, fields=tuple(shared)))
    assert fit.fit(own, plan).version == fit.fit(expected, plan).version


def test_fields_that_the_base_does_not_have_begin_with_own_mail(base: Model) -> None:
    own = refit.on_top_of(base, refit.read(lessons(), FIELDS).data)
    assert own.rest is not None
    assert "mime" not in base.fields
    assert own.rest.matrices["mime"].nnz == 0
    made = fit.fit(own, SITE)
    assert made.messages == tuple(np.add(base.messages, np.bincount(own.kinds(), minlength=len(KINDS))))
    assert made.fields["mime"].counts.sum() == own.matrices["mime"].sum()


def test_on_top_of_a_model_that_counts_nothing_own_mail_alone_is_learned(base: Model) -> None:
    empty = Field(np.zeros(0, np.uint32), np.zeros((len(KINDS), 0), np.uint32), 0.0)
    nothing = replace(base, messages=(0, 0, 0, 0), fields=dict.fromkeys(base.fields, empty))
    own = refit.read(lessons(), FIELDS).data
    assert fit.fit(refit.on_top_of(nothing, own), SITE).version == fit.fit(own, SITE).version


def test_own_mail_that_is_too_much_is_a_sample_beside_its_counts(base: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refit, "Sample", lambda seed: Sample(seed, most_messages=20))
    own = refit.read(lessons(), FIELDS)
    assert (len(own.data), len(own.labels)) == (40, 60)
    assert isinstance(own.data.rest, Rest)
    assert own.data.rest.stands_for == (1.5, 1.5)
    both = refit.on_top_of(base, own.data)
    assert naive_bayes.messages_of(both) == tuple(np.add(base.messages, naive_bayes.messages_of(own.data)))
    assert sum(naive_bayes.messages_of(own.data)) == 60


def test_the_card_names_own_mail_whatever_its_order(base: Model) -> None:
    first, second = refit.read(lessons(), FIELDS), refit.read(reversed(list(lessons())), FIELDS)
    assert first.card_entries() == second.card_entries()
    assert [(entry["label"], entry["messages"]) for entry in first.card_entries()] == [("ham", 30), ("spam", 30)]
    assert refit.read(list(lessons())[1:], FIELDS).card_entries() != first.card_entries()


def test_what_is_no_english_is_known_by_its_slots() -> None:
    german = " ".join(f"wort{chr(97 + n)} und der satz{chr(97 + n)}" for n in range(20)).encode()
    for raw in (*RAW["ham"], *RAW["spam"], b"Subject: x\n\n" + german):
        features = extract(parse(raw))
        own = refit.read([(b"", Lesson(0, learn.read(raw).entry("ham").slots))], FIELDS)
        foreign = features.distinct_words >= 15 and features.function_words < 0.06 * features.distinct_words
        assert own.data.foreign.tolist() == [foreign]
