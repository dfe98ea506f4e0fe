"""The first stage: scikit-learn's Naive Bayes, and for all folds at once what it is for one fold after the other."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from sklearn.naive_bayes import MultinomialNB

from filter.classifier import SHRINKAGE
from filter.features import SLOT_BITS
from models.model import KINDS
from tests.unit.conftest import made_dataset
from training import fit, naive_bayes
from training.dataset import Dataset, Rest
from training.recipes import PLANS, SITE, STARTER, Plan

both_plans = pytest.mark.parametrize("plan", [SITE, STARTER], ids=["site", "starter"])


def sampled(recipe: str) -> Dataset:
    """40 made messages, with the counts of 40 others that are not kept."""
    others = made_dataset(recipe, 900, 20)
    counts = {name: naive_bayes.counted(others, name) for name in others.matrices}
    tables = {name: np.zeros((len(KINDS), 1 << SLOT_BITS)) for name in counts}
    for name, column in counts.items():
        tables[name][:, column.slots] = column.counts
    matrices = {name: sparse.csr_matrix(table) for name, table in tables.items()}
    rest = Rest(np.array(naive_bayes.messages_of(others)), matrices, (2.0, 2.0))
    return replace(made_dataset(recipe, 0, 20), rest=rest)


@pytest.mark.parametrize(
    ("plan", "tolerance"),
    [
        pytest.param(SITE, 0.0, id="site"),
        pytest.param(STARTER, 1e-13, id="starter: counts times a weight, where scikit-learn adds the weight up"),
    ],
)
def test_a_fields_score_is_the_one_of_naive_bayes(plan: Plan, tolerance: float) -> None:
    """Written out with scikit-learn's, which says log P(token | class)."""
    data, new = made_dataset(plan.recipe.name, 0, 60), made_dataset(plan.recipe.name, 700, 30)
    words, asked = data.matrices["words"], new.matrices["words"]
    seen = np.unique(words.indices)
    weights = fit.message_weights(data, plan.recipe)
    bayes = MultinomialNB(alpha=plan.recipe.smoothing).fit(words[:, seen], data.spam, sample_weight=weights)
    ratios = asked[:, seen] @ (bayes.feature_log_prob_[1] - bayes.feature_log_prob_[0])
    expected = ratios / (asked[:, seen].sum(axis=1).A1 + SHRINKAGE)
    scores = naive_bayes.field_scores(data, new, plan.recipe)[:, plan.recipe.fields.index("words")]
    np.testing.assert_allclose(scores, expected, rtol=0.0, atol=tolerance)


@both_plans
@pytest.mark.parametrize("kept", ["all", "a sample"])
def test_all_folds_at_once_give_the_scores_of_one_after_the_other(plan: Plan, kept: str) -> None:
    recipe = plan.recipe
    data = made_dataset(recipe.name, 0, 20) if kept == "all" else sampled(recipe.name)
    folds = np.arange(len(data)) % 3
    scores, _ = naive_bayes.cross_fitted(data, folds, recipe)
    for fold in range(3):
        own, others = data.rows(np.flatnonzero(folds == fold)), data.rows(np.flatnonzero(folds != fold))
        assert np.array_equal(scores[folds == fold], naive_bayes.field_scores(others, own, recipe))


@both_plans
def test_on_the_way_it_counts_what_each_field_holds(plan: Plan) -> None:
    data = sampled(plan.recipe.name)
    _, fields = naive_bayes.cross_fitted(data, np.arange(len(data)) % 3, plan.recipe)
    assert tuple(fields) == plan.recipe.fields
    for name, found in fields.items():
        expected = naive_bayes.counted(data, name)
        assert np.array_equal(found.slots, expected.slots)
        assert np.array_equal(found.counts, expected.counts)


def test_a_token_is_counted_once_for_each_message_of_its_kind() -> None:
    data = made_dataset("site", 0, 20)
    found = naive_bayes.counted(data, "subject")
    expected = np.array([
        data.matrices["subject"][data.kinds() == kind].sum(axis=0).A1 for kind in range(len(KINDS))
    ])  # fmt: skip
    assert np.array_equal(found.slots, np.flatnonzero(expected.any(axis=0)))
    assert np.array_equal(found.counts, expected[:, found.slots])


@both_plans
def test_tokens_of_a_message_that_share_a_slot_count_each(plan: Plan) -> None:
    data, recipe = made_dataset(plan.recipe.name, 0, 20), plan.recipe
    doubled = replace(data, matrices={name: 2 * matrix for name, matrix in data.matrices.items()})
    once, twice = (naive_bayes.counted(asked, "words").counts for asked in (data, doubled))
    assert np.array_equal(2 * once, twice)
    folds = np.arange(len(data)) % 2
    first = doubled.rows(np.flatnonzero(folds == 0)), doubled.rows(np.flatnonzero(folds == 1))
    scores, _ = naive_bayes.cross_fitted(doubled, folds, recipe)
    assert np.array_equal(scores[folds == 1], naive_bayes.field_scores(*first, recipe))


def test_what_a_sample_stands_for_is_counted_with_it() -> None:
    data = sampled("site")
    whole = [made_dataset("site", first, 20) for first in (0, 900)]
    assert naive_bayes.messages_of(data) == tuple(np.sum([naive_bayes.messages_of(part) for part in whole], axis=0))
    found = naive_bayes.counted(data, "words")
    assert found.counts.sum() == sum(part.matrices["words"].sum() for part in whole)
    assert np.array_equal(found.slots, np.unique(np.concatenate([part.matrices["words"].indices for part in whole])))


@both_plans
def test_a_field_without_any_token_says_nothing(plan: Plan) -> None:
    data = made_dataset(plan.recipe.name, 0, 10)
    empty = sparse.csr_matrix(data.matrices["mailer"].shape)
    data = replace(data, matrices={**data.matrices, "mailer": empty})
    scores, fields = naive_bayes.cross_fitted(data, np.arange(len(data)) % 2, PLANS[plan.recipe.name].recipe)
    assert not scores[:, plan.recipe.fields.index("mailer")].any()
    assert fields["mailer"].counts.shape == (len(KINDS), 0)
