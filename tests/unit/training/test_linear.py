"""The linear part: a logistic regression over scores and tokens, which mends what Naive Bayes gets wrong."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from filter.classifier import SHRINKAGE, Classifier
from filter.features import SLOT_BITS, extract
from filter.message import parse
from filter.tally import Lesson, Tally
from filter.verdict import POINTS_PER_LOGIT
from models.model import Field, Model
from tests import mail
from tests.unit.conftest import made_dataset
from training import fit, linear
from training.dataset import Dataset
from training.recipes import SITE, STARTER

FIELDS = ("urls", "subject")


def made(rows: list[list[int]], spam: list[bool]) -> Dataset:
    """Messages with these slots in `urls` and none in `subject`."""
    shape = (len(rows), 1 << SLOT_BITS)
    urls = sparse.lil_matrix(shape)
    for number, slots in enumerate(rows):
        urls[number, slots] = 1.0
    plain = np.zeros(len(rows), np.bool_)
    return Dataset({"urls": urls.tocsr(), "subject": sparse.csr_matrix(shape)}, np.array(spam), plain, plain)


TWENTY = made([[7, 9], [7, 8], [8], [8, 9, 10]] * 5, [True, True, False, False] * 5)


def test_it_is_the_logistic_regression_of_scikit_learn_over_scores_and_tokens() -> None:
    scores = np.random.default_rng(1).normal(0.0, 2.0, (20, 2))
    points, bias, worth = linear.second_stage(scores, TWENTY, FIELDS, np.ones(20), 1.0)
    tokens = TWENTY.matrices["urls"][:, [7, 8, 9, 10]].toarray()
    tokens *= SHRINKAGE / (tokens.sum(axis=1, keepdims=True) + SHRINKAGE)
    columns = np.hstack([scores / scores.std(axis=0), tokens])
    regression = LogisticRegression(C=1.0, solver="liblinear", dual=True, tol=0.1, random_state=0)
    log_odds = regression.fit(columns, TWENTY.spam).decision_function(columns)
    lengths = np.asarray(TWENTY.matrices["urls"].sum(axis=1)).ravel()
    served = scores @ points + TWENTY.matrices["urls"] @ worth["urls"] / (lengths + SHRINKAGE) + bias
    assert served == pytest.approx(log_odds * POINTS_PER_LOGIT)
    assert not worth["subject"].any()


def test_a_token_speaks_for_the_class_that_its_scores_hide() -> None:
    _, _, worth = linear.second_stage(np.zeros((20, 2)), TWENTY, FIELDS, np.ones(20), 1.0)
    assert worth["urls"][7] > 0 > worth["urls"][8]


def test_what_one_message_alone_holds_gets_nothing() -> None:
    data = made([[7, 20], [8], [7], [8]], [True, False, True, False])
    _, _, worth = linear.second_stage(np.zeros((4, 2)), data, FIELDS, np.ones(4), 1.0)
    assert np.flatnonzero(worth["urls"]).tolist() == [7, 8]


def test_all_messages_weighing_more_changes_nothing() -> None:
    """In a sample each stands for many; else a token of the sample would be believed as if seen so many times."""
    scores = np.random.default_rng(1).normal(0.0, 2.0, (20, 2))
    once, often = (linear.second_stage(scores, TWENTY, FIELDS, np.full(20, weight), 1.0) for weight in (1.0, 33.0))
    assert once[1] == pytest.approx(often[1])
    assert once[2]["urls"] == pytest.approx(often[2]["urls"])


def test_of_too_many_tokens_every_kth_message_is_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    scores, weights = np.random.default_rng(1).normal(0.0, 2.0, (20, 2)), np.linspace(1.0, 2.0, 20)
    half = np.arange(0, 20, 2)
    expected = linear.second_stage(scores[half], TWENTY.rows(half), FIELDS, weights[half], 1.0)
    monkeypatch.setattr(linear, "MOST_TOKENS", 20)  # of the 40 in TWENTY
    found = linear.second_stage(scores, TWENTY, FIELDS, weights, 1.0)
    assert found[1] == expected[1]
    assert found[2]["urls"].tobytes() == expected[2]["urls"].tobytes()


def test_parts_are_what_the_classifier_adds() -> None:
    """Also for a message with tokens that the model does not know: they do not make it longer."""
    data, new = made_dataset("site", 0, 60), made_dataset("site", 700, 20)
    model = fit.fit(data, SITE)
    without = replace(model, fields={name: replace(one, linear=None) for name, one in model.fields.items()})
    for number, make in enumerate([mail.ham] * 20 + [mail.spam] * 20):
        features = extract(parse(make(700 + number % 20)), SITE.recipe.fields)
        whole, alone = (Classifier(one).hits(features)[: len(SITE.recipe.fields)] for one in (model, without))
        added = [one.points - other.points for one, other in zip(whole, alone, strict=True)]
        assert linear.parts(model, new)[number] == pytest.approx(added, abs=1e-5)
    assert np.abs(linear.parts(model, new)).max() > 0.01
    assert not linear.parts(without, new).any()


def test_only_the_site_recipe_has_one_and_not_for_words() -> None:
    data = made_dataset("starter", 0, 30)
    assert all(values.linear is None for values in fit.fit(data, STARTER).fields.values())
    site = fit.fit(made_dataset("site", 0, 30), SITE).fields
    assert [name for name, values in site.items() if values.linear is None] == [linear.LEFT_OUT]


def test_scores_that_differ_by_rounding_only_are_not_divided_by_it() -> None:
    scores = np.column_stack([[0.3, 0.3 + 1e-16, 0.3], [1.0, 2.0, 3.0]])
    assert linear.spread_of(scores).tolist() == [1.0, scores[:, 1].std()]


def test_points_are_whole_thousandths_so_that_files_stay_small(made_model: tuple[Model, Dataset]) -> None:
    for values in made_model[0].fields.values():
        if values.linear is not None:
            assert values.linear == pytest.approx(values.linear.round(3), abs=1e-6)
            assert values.linear.dtype == np.float32


def test_learned_mail_leaves_the_linear_part_alone() -> None:
    """Slots of own mail stand between those of the model, each keeps its own points; forgotten, it leaves no trace."""
    counts = np.array([[4, 1], [0, 0], [0, 3], [0, 0]], np.uint32)
    own = Field(np.array([20, 70], np.uint32), counts, 2.0, np.array([1.5, -2.5], np.float32))
    recipe = replace(SITE.recipe, fields=("words",))
    model = Model(recipe, 1, 18, (10, 0, 10, 0), {"words": own}, 0.0)
    slots = {"words": np.array([5, 20, 60], np.uint32)}
    tally = Tally().with_lessons([Lesson(2, slots)])
    for lessons in (None, tally):
        with_, without = (
            Classifier(one, lessons)._table
            for one in (model, replace(model, fields={"words": replace(own, linear=None)}))
        )
        assert with_[[20, 70]] == pytest.approx(without[[20, 70]] * 2.0 + [1.5, -2.5])
        assert with_[[5, 60]] == pytest.approx(without[[5, 60]] * 2.0)
    forgotten = tally.with_lessons([Lesson(2, slots, sign=-1)])
    assert Classifier(model, forgotten)._table.tobytes() == Classifier(model)._table.tobytes()
