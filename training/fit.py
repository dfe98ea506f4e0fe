"""Fitting a model: one Naive Bayes per field, then a logistic regression on cross-fitted field scores."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from filter import selftest
from filter.classifier import GUARDED, SHRINKAGE, Classifier, bounded, kind_weights, log_ratios
from filter.features import FEATURES_VERSION, SLOT_BITS
from filter.verdict import POINTS_PER_LOGIT
from models.model import Field, Model, Recipe
from training import linear
from training.dataset import Dataset
from training.naive_bayes import Counted, cross_fitted, field_scores, messages_of
from training.recipes import Plan

FOLDS = 5

Floats = npt.NDArray[np.float64]


def message_weights(data: Dataset, recipe: Recipe) -> Floats:
    """Weight of each message in both stages (see `Recipe.balanced`)."""
    return kind_weights(messages_of(data), recipe.balanced)[data.kinds()]


def stage_two_weights(data: Dataset, recipe: Recipe) -> Floats:
    """Weight of each message in the second stage: for all that it stands for if `data` is a sample."""
    weights = message_weights(data, recipe)
    return weights if data.rest is None else weights * np.array(data.rest.stands_for)[data.spam.astype(np.intp)]


def fit(data: Dataset, plan: Plan, seed: int = 0) -> Model:
    """Fit a model on `data`. The same data, plan and seed give the same model."""
    recipe = plan.recipe
    scores, counts = cross_fitted(data, _folds(data.spam, seed), recipe)
    weights = stage_two_weights(data, recipe)
    if plan.linear:
        points, bias, worth = linear.second_stage(scores, data, recipe.fields, weights, plan.regularisation, seed)
    else:
        points, bias = second_stage(scores, data.spam, weights, plan, seed)
        worth = {}
    fields = {name: _field(counts[name], float(points[i]), worth.get(name)) for i, name in enumerate(recipe.fields)}
    model = Model(recipe, FEATURES_VERSION, SLOT_BITS, messages_of(data), fields, round(bias, 6))
    return replace(model, self_test=tuple(round(value, 6) for value in selftest.points(Classifier(model))))


def _folds(spam: npt.NDArray[np.bool_], seed: int) -> npt.NDArray[np.intp]:
    """The fold that each message is held out with."""
    folds = np.zeros(len(spam), np.intp)
    for number, (_, test) in enumerate(StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(folds, spam)):
        folds[test] = number
    return folds


def _field(counted: Counted, points: float, worth: Floats | None) -> Field:
    own = None if worth is None else worth[counted.slots].round(3).astype(np.float32)
    return Field(counted.slots.astype(np.uint32), counted.counts.astype(np.uint32), round(points, 6), own)


def second_stage(
    scores: Floats, spam: npt.NDArray[np.bool_], weights: Floats, plan: Plan, seed: int = 0
) -> tuple[Floats, float]:
    """Points for one unit of each field's score, and the bias in points, from `scores` that are held out."""
    points, bias = _regression(scores, spam, weights, plan, seed)
    if plan.recipe.ham_cap:
        # Not by what the cap for spam takes: that would lift all mail to make up for it, honest mail too.
        bias = _refit_bias(np.maximum(scores * points, -plan.recipe.ham_cap).sum(axis=1), spam, weights, bias)
    return points, bias


def _regression(
    scores: Floats, spam: npt.NDArray[np.bool_], weights: Floats, plan: Plan, seed: int
) -> tuple[Floats, float]:
    spread = linear.spread_of(scores)
    scaled = scores / spread
    random = np.random.default_rng(seed)
    rows, row_weights = [scaled], [weights * plan.original]
    for _ in range(plan.copies):
        rows.append(scaled * (random.random(scaled.shape) >= plan.dropout))
        row_weights.append(weights * (1.0 - plan.original) / plan.copies)
    regression = LogisticRegression(C=plan.regularisation, max_iter=5000, tol=1e-8)
    regression.fit(np.vstack(rows), np.tile(spam, len(rows)), sample_weight=np.concatenate(row_weights))
    points: Floats = regression.coef_[0] / spread * POINTS_PER_LOGIT
    return points, float(regression.intercept_[0]) * POINTS_PER_LOGIT


def _refit_bias(points: Floats, spam: npt.NDArray[np.bool_], weights: Floats, bias: float) -> float:
    """The bias at which the weighted mean probability equals the weighted share of spam (Newton's method)."""
    for _ in range(100):
        probability = 1.0 / (1.0 + np.exp(-(points + bias) / POINTS_PER_LOGIT))
        slope = float((weights * probability * (1.0 - probability)).sum()) / POINTS_PER_LOGIT
        step = float((weights * (spam - probability)).sum()) / max(slope, 1e-9)
        bias += max(-5.0, min(5.0, step))
        if abs(step) < 1e-9:
            break
    return bias


def predict(model: Model, train: Dataset, test: Dataset) -> Floats:
    """Points of the messages in `test` by the second stage of `model` and a first stage fitted on `train`."""
    return add_up(model.recipe, parts(model, train, test), model.bias, test.foreign)


def parts(model: Model, train: Dataset, test: Dataset) -> Floats:
    """The same by field (messages x fields), before bias and bounds. `model` was fitted on `train`."""
    return combine(model, field_scores(train, test, model.recipe), linear.parts(model, test))


def combine(model: Model, scores: Floats, worth: Floats) -> Floats:
    """Points of fields (messages x fields) from their `scores` and what the linear part adds, before bias and bounds.

    What `filter.classifier` serves, computed for many messages at once; tests hold them equal.
    """
    points = np.array([model.fields[name].points for name in model.recipe.fields])
    found: Floats = scores * points + worth
    return found


def add_up(recipe: Recipe, parts: Floats, bias: float, foreign: npt.NDArray[np.bool_]) -> Floats:
    """Points of messages from the points of their fields (`parts`: messages x fields) within the bounds of `recipe`."""
    parts = bounded(parts, recipe)
    if recipe.language_guard:
        guarded = np.ix_(np.flatnonzero(foreign), np.flatnonzero([name in GUARDED for name in recipe.fields]))
        parts[guarded] = np.minimum(parts[guarded], recipe.language_guard)
    total: Floats = parts.sum(axis=1) + bias
    return np.where(total > 0, total * recipe.spam_slope, total)


def served_scores(model: Model, data: Dataset) -> tuple[Floats, Floats]:
    """Scores (messages x fields) by the counts of `model`, and the share of each message's tokens that it knows."""
    weights = kind_weights(model.messages, model.recipe.balanced)
    columns, known, tokens = [], np.zeros(len(data)), np.zeros(len(data))
    for name in model.recipe.fields:
        matrix, slots = data.matrices[name], model.fields[name].slots
        table = np.zeros((matrix.shape[1], 2))
        table[slots, 0] = log_ratios(model.fields[name], weights, model.recipe.smoothing)
        table[slots, 1] = 1.0
        sums = matrix @ table
        columns.append(sums[:, 0] / (sums[:, 1] + SHRINKAGE))
        known += sums[:, 1]
        tokens += np.asarray(matrix.sum(axis=1)).ravel()
    return np.column_stack(columns), known / np.maximum(tokens, 1.0)


def held_out(data: Dataset, plan: Plan, seed: int = 0) -> Floats:
    """Points of every message by models that were fitted without it (5 folds)."""
    points = np.zeros(len(data))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed + 1).split(points, data.spam):
        part = data.rows(train)
        points[test] = predict(fit(part, plan, seed), part, data.rows(test))
    return points
