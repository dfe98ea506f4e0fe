"""Ways to score mail that a model has not learned: folds, a part held out, and a growing training part."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import StratifiedKFold

from training import fit, weigh
from training.dataset import Bools, Dataset
from training.evaluate import Floats, Integers
from training.recipes import Plan

Fold = tuple[Integers, Integers]
_SLICES = 20
_CURVE_FROM = 100


@dataclass(frozen=True, slots=True)
class Predicted:
    """Messages scored by models that had not learned them.

    `rows`: m row numbers; `parts`: m x fields, what each field says in points before any bound; `points`: m.
    """

    rows: Integers
    parts: Floats
    points: Floats


class TooFewError(ValueError):
    """There are too few messages, or too few that are no near-duplicates, to split; the text says how many."""


def folds(spam: Bools, groups: Integers | None, count: int, seed: int = 0) -> list[Fold]:
    """Stratified folds; messages of the same group (if `groups` is given) stay together. Raises TooFewError."""
    for label, chosen in (("ham", ~spam), ("spam", spam)):
        found = int(chosen.sum()) if groups is None else len(np.unique(groups[chosen]))
        if found < count:
            kind = "messages" if groups is None else "messages that are no near-duplicates"
            raise TooFewError(f"{found} {label} {kind} are too few for {count} folds")
    if groups is not None:
        return list(weigh.folds(spam, groups, count, seed))
    return list(StratifiedKFold(count, shuffle=True, random_state=seed).split(np.zeros(len(spam)), spam))


def held_out(spam: Bools, groups: Integers | None, share: float, seed: int = 0) -> Fold:
    """Rows to train on and `share` of the rows (to the next 5 %) to test on. Raises TooFewError."""
    slices = [test for _, test in folds(spam, groups, _SLICES, seed)]
    cut = min(_SLICES - 1, max(1, round(share * _SLICES)))
    return np.sort(np.concatenate(slices[cut:])), np.sort(np.concatenate(slices[:cut]))


def predict(data: Dataset, plan: Plan, splits: Iterable[Fold], seed: int = 0) -> Predicted:
    """Score the test rows of each split by a model fitted on its training rows."""
    found = [_predict(data, plan, fold, seed) for fold in splits]
    return Predicted(
        np.concatenate([one.rows for one in found]),
        np.concatenate([one.parts for one in found]),
        np.concatenate([one.points for one in found]),
    )


def _predict(data: Dataset, plan: Plan, fold: Fold, seed: int) -> Predicted:
    train, test = data.rows(fold[0]), data.rows(fold[1])
    model = fit.fit(train, plan, seed)
    parts = fit.parts(model, train, test)
    return Predicted(fold[1], parts, fit.add_up(plan.recipe, parts, model.bias, test.foreign))


def growing(
    data: Dataset, plan: Plan, fold: Fold, seed: int = 0, started: Callable[[int], None] = lambda _: None
) -> Iterator[tuple[int, Predicted]]:
    """Score the test rows by models fitted on 100, 200, 400 ... and all training rows, each with both classes in it."""
    train, test = fold
    order = train[_mixed(data.spam[train], seed)]
    for size in _sizes(len(train)):
        chosen = order[:size]
        if min(np.bincount(data.spam[chosen], minlength=2)) >= fit.FOLDS:
            started(size)
            yield size, _predict(data, plan, (np.sort(chosen), test), seed)


def _sizes(most: int) -> list[int]:
    sizes = []
    size = _CURVE_FROM
    while size < most:
        sizes.append(size)
        size *= 2
    return [*sizes, most]


def _mixed(spam: Bools, seed: int) -> Integers:
    """A random order in which every beginning has nearly the same share of spam."""
    random = np.random.default_rng(seed)
    place = np.zeros(len(spam))
    for chosen in (np.flatnonzero(~spam), np.flatnonzero(spam)):
        place[random.permutation(chosen)] = (np.arange(len(chosen)) + 0.5) / max(1, len(chosen))
    return np.argsort(place, kind="stable")
