"""Learning online adds counts, and scores as a model fitted on all messages before."""

from dataclasses import replace

import numpy as np
import pytest

from filter.classifier import SHRINKAGE
from filter.verdict import POINTS_PER_LOGIT
from tests import mail
from training import dataset, linear, naive_bayes, online
from training.dataset import Dataset
from training.evaluate import Integers
from training.online import FIRST_FIT, Counts, SecondStage
from training.recipes import SITE, STARTER, Plan

FIELDS = tuple(dict.fromkeys((*SITE.recipe.fields, *STARTER.recipe.fields)))
EACH = 130


@pytest.fixture(scope="module")
def data() -> Dataset:
    classes = [dataset.extract_batch([make(seed) for seed in range(EACH)], FIELDS) for make in (mail.ham, mail.spam)]
    return dataset.build(classes[0], classes[1], FIELDS)


@pytest.fixture(scope="module")
def order() -> Integers:
    return np.random.default_rng(4).permutation(2 * EACH)


@pytest.mark.parametrize("plan", [SITE, STARTER], ids=["site", "starter"])
@pytest.mark.parametrize("before", [40, FIRST_FIT - 1])
def test_a_score_is_that_of_naive_bayes_fitted_on_what_came_before(
    data: Dataset, order: Integers, plan: Plan, before: int
) -> None:
    """Until the first fit of stage 2 every field counts POINTS_PER_LOGIT, so parts show scores."""
    found = online.predict(data, plan, order[: before + 1])
    fitted = naive_bayes.field_scores(data.rows(order[:before]), data.rows(order[before : before + 1]), plan.recipe)
    assert found.parts[-1] == pytest.approx(fitted[0] * POINTS_PER_LOGIT)


def test_after_the_first_fit_tokens_add_points_of_their_own(data: Dataset, order: Integers) -> None:
    """As `linear.second_stage` fits them on the scores that messages got when they came, late ones weighing more."""
    found = online.predict(data, SITE, order[: FIRST_FIT + 1])
    past, last = data.rows(order[:FIRST_FIT]), data.rows(order[FIRST_FIT : FIRST_FIT + 1])
    place = np.arange(1, FIRST_FIT + 1)
    points, bias, worth = linear.second_stage(
        found.parts[:-1] / POINTS_PER_LOGIT, past, SITE.recipe.fields, place / place.mean(), SITE.regularisation
    )
    expected = naive_bayes.field_scores(past, last, SITE.recipe)[0] * points
    for name, table in worth.items():
        tokens = last.matrices[name].indices
        known = np.isin(tokens, past.matrices[name].indices)
        expected[SITE.recipe.fields.index(name)] += table[tokens].sum() / (known.sum() + SHRINKAGE)
    assert found.parts[-1] == pytest.approx(expected)
    assert found.points[-1] == pytest.approx(expected.sum() + bias)
    assert any(table.any() for table in worth.values())


def test_the_first_message_says_nothing(data: Dataset, order: Integers) -> None:
    assert online.predict(data, SITE, order[:1]).points.tolist() == [0.0]


def test_what_comes_later_changes_nothing(data: Dataset, order: Integers) -> None:
    short, long = (online.predict(data, SITE, order[:length]) for length in (150, 260))
    assert short.points.tolist() == long.points[:150].tolist()


def test_later_messages_are_told_apart(data: Dataset, order: Integers) -> None:
    found = online.predict(data, SITE, order)
    late = slice(FIRST_FIT, None)
    assert np.all((found.points[late] > 0) == data.spam[order[late]])


@pytest.mark.parametrize(
    ("ham", "spam", "due"),
    [(100, 100, True), (100, 99, False), (181, 19, False), (19, 500, False), (20, 180, True)],
)
def test_stage_2_waits_for_200_messages_with_20_of_each_class(ham: int, spam: int, due: bool) -> None:
    assert SecondStage(np.ones(1)).due(np.array([0] * ham + [2] * spam)) is due


def test_stage_2_is_fitted_again_with_2_percent_more() -> None:
    stage = SecondStage(np.ones(1), fitted=1000)
    kinds = np.arange(1020) % 4
    assert not stage.due(kinds[:1019])
    assert stage.due(kinds)


def test_late_scores_weigh_more_in_stage_2() -> None:
    """The first field was right early, the second late."""
    random = np.random.default_rng(0)
    kinds = np.tile([0, 2], 200)
    truth = np.where(kinds == 2, 1.0, -1.0)
    noise = random.normal(0.0, 1.0, 400)
    early = np.arange(400) < 200
    scores = np.column_stack([np.where(early, truth, noise), np.where(early, noise, truth)])
    stage = SecondStage(np.ones(2))
    past = Dataset({}, kinds >= 2, np.zeros(400, np.bool_), np.zeros(400, np.bool_))
    stage.fit(scores, past, np.ones(4), replace(SITE, linear=False))
    assert stage.points[1] > 1.2 * stage.points[0] > 0.0
    assert stage.fitted == 400


def test_counts_of_a_message_count_its_tokens() -> None:
    counts = Counts(0.05)
    counts.learn(np.array([3, 7]), np.array([1.0, 2.0]), kind=2)
    counts.learn(np.array([7]), np.array([1.0]), kind=0)
    assert counts.counts[3].tolist() == [0, 0, 1, 0]
    assert counts.counts[7].tolist() == [1, 0, 2, 0]
    assert counts.score(np.array([100]), np.array([1.0]), np.ones(4)) == 0.0
