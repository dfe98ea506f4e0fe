"""The classifier serves what scikit-learn fitted, and its parts add up."""

import math
from dataclasses import replace

import numpy as np
import pytest

from filter.classifier import GUARDED, Classifier, is_foreign, kind_weights
from filter.features import Features, extract
from filter.message import parse
from filter.tokens import FUNCTION_WORDS
from filter.verdict import probability
from models.model import Model, ModelError, load
from tests import mail
from tests.unit.conftest import made_dataset
from training import fit
from training.dataset import Dataset
from training.recipes import PLANS

SPANISH = b"""Subject: OFERTA casino bonus
From: Ventas <ventas@bulk.example>

Gane dinero con nuestro casino bonus viagra loan: todos nuestros clientes reciben premios exclusivos cada semana,
solicite ahora mismo credito urgente sin garantia, inversion segura para toda familia
"""


def score(classifier: Classifier, raw: bytes) -> float:
    return math.fsum(hit.points for hit in classifier.hits(extract(parse(raw), classifier.fields)))


def test_numpy_serves_what_scikit_learn_computes(made_model: tuple[Model, Dataset]) -> None:
    model, data = made_model
    classifier = Classifier(model)
    expected = fit.predict(model, data, made_dataset(model.recipe.name, 1000, 40))
    raw = [mail.ham(seed) for seed in range(1000, 1040)] + [mail.spam(seed) for seed in range(1000, 1040)]
    served = [score(classifier, message) for message in raw]
    assert served == pytest.approx(expected, abs=1e-5)
    assert np.std(served) > 1


@pytest.mark.corpus
@pytest.mark.slow
@pytest.mark.parametrize("recipe", ["site", "starter"])
def test_numpy_equals_scikit_learn_on_1000_messages(recipe: str, sa_corpus: dict[str, list[tuple[str, bytes]]]) -> None:
    from training import dataset  # noqa: PLC0415

    plan = PLANS[recipe]
    rows = {
        label: dataset.extract_batch([raw for _, raw in messages[::2][:1500]], plan.recipe.fields)
        for label, messages in sa_corpus.items()
    }
    train = dataset.build(rows["ham"][:1000], rows["spam"][:400], plan.recipe.fields)
    test = dataset.build(rows["ham"][1000:1500], rows["spam"][400:900], plan.recipe.fields)
    model = fit.fit(train, plan)
    classifier = Classifier(model)
    held_out = [raw for _, raw in sa_corpus["ham"][::2][1000:1500]] + [
        raw for _, raw in sa_corpus["spam"][::2][400:900]
    ]
    assert len(held_out) == len(test) == 1000
    served = np.array([score(classifier, raw) for raw in held_out])
    expected = fit.predict(model, train, test)
    assert np.abs(served - expected).max() < 1e-5
    assert np.abs(np.array([probability(s) for s in served]) - [probability(s) for s in expected]).max() < 1e-5


def test_the_words_behind_a_field_add_up_to_it(made_model: tuple[Model, Dataset]) -> None:
    classifier = Classifier(made_model[0])
    for raw in (mail.ham(2000), mail.spam(2000), mail.spam(2001), SPANISH):
        hits = classifier.hits(extract(parse(raw), classifier.fields), clues=10_000)
        for hit in hits[: len(classifier.fields)]:
            assert math.fsum(clue.points for clue in hit.clues) == pytest.approx(hit.points, abs=1e-6)


def test_caps_guard_and_slope_are_parts_of_their_own() -> None:
    model = load()
    classifier = Classifier(model)
    hits = {hit.symbol: hit for hit in classifier.hits(extract(parse(SPANISH), classifier.fields))}
    fields = {name: hits[f"NB_{name.upper()}"].points for name in classifier.fields}
    capped = {name: min(max(points, -model.recipe.ham_cap), model.recipe.spam_cap) for name, points in fields.items()}
    guarded = {
        name: min(points, model.recipe.language_guard) if name in GUARDED else points for name, points in capped.items()
    }
    before_slope = sum(guarded.values()) + model.bias
    expected = before_slope * (model.recipe.spam_slope if before_slope > 0 else 1.0)
    assert math.fsum(hit.points for hit in hits.values()) == pytest.approx(expected, abs=1e-6)
    assert "NB_LANGUAGE_GUARD" in hits
    assert hits["NB_LANGUAGE_GUARD"].points < 0


def test_what_one_field_may_say_for_spam_is_bounded() -> None:
    classifier = Classifier(replace(load(), recipe=replace(load().recipe, spam_cap=1.0)))
    hits = {hit.symbol: hit for hit in classifier.hits(extract(parse(mail.spam(1)), classifier.fields))}
    fields = [hits[f"NB_{name.upper()}"].points for name in classifier.fields]
    assert hits["NB_SPAM_CAP"].points == pytest.approx(-sum(points - 1.0 for points in fields if points > 1.0))
    assert hits["NB_SPAM_CAP"].points < 0


def test_a_message_without_any_known_token_gets_the_bias() -> None:
    classifier = Classifier(replace(load(), recipe=replace(load().recipe, spam_slope=1.0)))
    hits = classifier.hits(extract(parse(b""), classifier.fields))
    assert math.isfinite(math.fsum(hit.points for hit in hits))


def test_a_model_for_other_features_is_refused() -> None:
    with pytest.raises(ModelError, match="train it again"):
        Classifier(replace(load(), features_version=999))


def test_a_model_with_a_field_that_nobody_extracts_is_refused() -> None:
    model = load()
    recipe = replace(model.recipe, fields=(*model.recipe.fields, "horoscope"))
    with pytest.raises(ModelError, match="does not read: \\['horoscope'\\]"):
        Classifier(replace(model, recipe=recipe))


@pytest.mark.parametrize(
    ("messages", "balanced", "expected"),
    [
        ((90, 10, 30, 70), False, [1, 1, 1, 1]),
        ((90, 10, 30, 70), True, [100 / 180, 100 / 20, 100 / 60, 100 / 140]),
        ((90, 0, 30, 70), True, [1, 1, 100 / 60, 100 / 140]),  # no HTML ham: the plain ham keeps all the weight
    ],
)
def test_both_kinds_of_a_class_share_its_weight(
    messages: tuple[int, ...], balanced: bool, expected: list[float]
) -> None:
    assert kind_weights(messages, balanced) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("words", "function_words", "foreign"), [(14, 0, False), (15, 0, True), (100, 5, True), (100, 6, False)]
)
@pytest.mark.parametrize("numbers", [0, 50])
def test_foreign_text_has_too_few_english_function_words(
    words: int, function_words: int, foreign: bool, numbers: int
) -> None:
    others = [b"mot%d" % number for number in range(words - function_words)]
    found = [*sorted(FUNCTION_WORDS)[:function_words], *others, *(b"%d" % number for number in range(numbers))]
    assert is_foreign(Features({"words": found}, html=False)) is foreign
