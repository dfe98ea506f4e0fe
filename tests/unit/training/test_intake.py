"""Training in bounded memory: the rest of a corpus is counted, and counts as if it had been kept."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests import mail
from training import dataset, evaluate, fit, intake, naive_bayes, sources
from training.dataset import Dataset
from training.intake import Intake, Tally
from training.ledger import Ledger
from training.recipes import PLANS, SITE
from training.sample import Sample

COUNT = 60


def read(folders: tuple[Path, Path], most: int, plan: str = "site") -> Dataset:
    """The mail in `folders`, of which `most` messages a class are kept whole."""
    fields, ledger = PLANS[plan].recipe.fields, Ledger()
    tally = Tally(fields)
    classes = []
    for label, folder in zip(("ham", "spam"), folders, strict=True):
        sample = Sample(0, most_messages=most)
        classes.append(Intake(label, (str(folder),), ledger=ledger, tally=tally, sample=sample))
        sources.take(classes[-1], partial(dataset.stream, work=partial(dataset.extract_batch, fields=fields), jobs=1))
    assert [ledger.card_entry(label)["messages"] for label in ("ham", "spam")] == [COUNT, COUNT]
    return intake.build(*classes)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return mail.write_folders(tmp_path_factory.mktemp("mail"), COUNT)


def whole(folders: tuple[Path, Path], plan: str) -> Dataset:
    fields = PLANS[plan].recipe.fields
    ham, spam = ([path.read_bytes() for path in sorted(folder.iterdir())] for folder in folders)
    return dataset.build(dataset.extract_batch(ham, fields), dataset.extract_batch(spam, fields), fields)


@pytest.mark.parametrize("plan", ["site", "starter"])
def test_mail_that_fits_gives_the_same_model_to_the_last_bit(plan: str, folders: tuple[Path, Path]) -> None:
    data, before = read(folders, COUNT, plan), whole(folders, plan)
    assert data.rest is None
    assert fit.fit(data, PLANS[plan]).version == fit.fit(before, PLANS[plan]).version
    assert fit.held_out(data, PLANS[plan]).tobytes() == fit.held_out(before, PLANS[plan]).tobytes()


@pytest.mark.parametrize("plan", ["site", "starter"])
def test_naive_bayes_counts_every_message(plan: str, folders: tuple[Path, Path]) -> None:
    sampled, all_of_it = (fit.fit(data, PLANS[plan]) for data in (read(folders, 30, plan), whole(folders, plan)))
    assert sampled.messages == all_of_it.messages
    for name, values in all_of_it.fields.items():
        assert sampled.fields[name].slots.tobytes() == values.slots.tobytes()
        assert sampled.fields[name].counts.tobytes() == values.counts.tobytes()


@pytest.mark.parametrize("plan", ["site", "starter"])
def test_field_scores_are_those_of_all_the_mail(plan: str, folders: tuple[Path, Path]) -> None:
    """The rest goes into stage 1 as four long messages, which Naive Bayes cannot tell from many."""
    recipe, test = PLANS[plan].recipe, whole(folders, plan)
    scores = naive_bayes.field_scores(read(folders, 20, plan), test, recipe)
    assert scores == pytest.approx(naive_bayes.field_scores(test, test, recipe), abs=1e-9)


def test_a_sampled_message_weighs_what_it_stands_for(folders: tuple[Path, Path]) -> None:
    data = read(folders, 20)
    assert len(data) == 40
    assert fit.stage_two_weights(data, SITE.recipe).tolist() == [3.0] * 40
    assert fit.stage_two_weights(whole(folders, "site"), SITE.recipe).tolist() == [1.0] * 2 * COUNT


def test_the_sample_measures_like_the_whole(folders: tuple[Path, Path]) -> None:
    data = read(folders, 30)
    found = intake.quality(fit.held_out(data, SITE), data)
    assert (found.ham, found.spam) == (30, 30)
    assert found.roca == 0.0


def test_calibration_counts_messages_as_the_corpus_does() -> None:
    points = np.array([0.0, 0.0])
    empty = Dataset({}, np.array([False, True]), np.zeros(2, np.bool_), np.zeros(2, np.bool_))
    rest = dataset.Rest(np.array([8, 0, 0, 0]), {}, (9.0, 1.0))
    assert intake.quality(points, empty) == evaluate.quality(points, empty.spam)
    lopsided = intake.quality(points, replace(empty, rest=rest))
    assert lopsided.ece == pytest.approx(0.4)  # 50 % is promised, 10 % come true
    assert lopsided.brier == pytest.approx(0.25)
