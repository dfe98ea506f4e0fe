"""Held-out scores: what the model says of messages that it has not learned, and what weighed rules make of them.

A model scored on its own training mail is always right, and makes every rule look useless.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from filter.rules.catalogue import RULES
from filter.rules.composites import COMPOSITES
from filter.rules.ruleset import composite_hits
from filter.verdict import Hit
from models.model import Model
from training import fit, linear, naive_bayes, weigh
from training.dataset import Bools
from training.judged import Mail
from training.protocols import Fold
from training.recipes import Plan
from training.weigh import Floats, Trial, Weights


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Points of each message by rules and models that were fitted without it."""

    without: Floats
    prior: Floats
    fitted: Floats


def trial(mail: Mail, scores: Floats, worth: Floats, model: Model, plan: Plan) -> Trial:
    """`mail` for the fit, with held-out `scores` and `worth`: what the linear part adds (both messages x fields)."""
    parts = fit.combine(model, scores, worth)
    model_points = fit.add_up(model.recipe, parts, model.bias, mail.data.foreign)
    columns, start, fixed = np.zeros((len(mail), 0)), np.zeros(0), model_points
    if plan.refits:
        columns = np.column_stack([scores, np.ones(len(mail))])
        start = np.array([*(model.fields[name].points for name in model.recipe.fields), model.bias])
        fixed = worth.sum(axis=1)
    return Trial(
        columns, start, fixed, composed(model_points, mail.hits), mail.hits, mail.data.spam, mail.groups
    )  # fmt: skip


def composed(model_points: Floats, hits: Bools) -> Floats:
    """Points that composites add to each message."""
    added = np.zeros(len(hits))
    for row in range(len(hits)) if COMPOSITES else ():
        found = [Hit(RULES[number].symbol, 0.0) for number in np.flatnonzero(hits[row])]
        added[row] = sum(hit.points for hit in composite_hits([Hit("", float(model_points[row]))], found))
    return added


def cross_fitted(mail: Mail, model: Model, plan: Plan) -> Trial:
    """`mail` that `model` was trained on, each message scored without it and its near-duplicates (5 folds)."""
    scores, worth = (np.zeros((len(mail), len(model.recipe.fields))) for _ in range(2))
    for train, test in weigh.folds(mail.data.spam, mail.groups, weigh.FOLDS):
        part, rest = mail.data.rows(train), mail.data.rows(test)
        scores[test] = naive_bayes.field_scores(part, rest, model.recipe)
        if plan.linear:
            worth[test] = linear.parts(fit.fit(part, plan), rest)
    return trial(mail, scores, worth, model, plan)


def unseen(mail: Mail, model: Model, plan: Plan) -> tuple[Trial, Floats]:
    """`mail` that `model` has not learned, and for each message the share of its tokens that the model knows."""
    scores, known = fit.served_scores(model, mail.data)
    return trial(mail, scores, linear.parts(model, mail.data), model, plan), known


def weigh_rules(part: Trial, plan: Plan, keep: frozenset[str]) -> Weights:
    """Weigh all rules that `part` can judge."""
    kept = weigh.reasons(part, keep, plan.fewest_own)
    return weigh.fit(part, np.array([rule.symbol not in kept for rule in RULES]))


def held_out(mail: Mail, fresh: Trial | None, plan: Plan, keep: frozenset[str], folds: Iterable[Fold]) -> HeldOut:
    """Measure the whole procedure on `folds`. `fresh`: the mail as a model sees it that was not trained on it."""
    found = HeldOut(np.zeros(len(mail)), np.zeros(len(mail)), np.zeros(len(mail)))
    for train, test in folds:
        if fresh is not None:
            part, rest = fresh.rows(train), fresh.rows(test)
        else:
            part, rest = _fitted_again(mail.rows(train), mail.rows(test), plan)
        found.without[test], found.prior[test] = rest.model_points(), rest.prior_points()
        found.fitted[test] = weigh_rules(part, plan, keep).points(rest)
    return found


def _fitted_again(train: Mail, test: Mail, plan: Plan) -> tuple[Trial, Trial]:
    model = fit.fit(train.data, plan)
    scores = naive_bayes.field_scores(train.data, test.data, plan.recipe)
    return cross_fitted(train, model, plan), trial(test, scores, linear.parts(model, test.data), model, plan)
