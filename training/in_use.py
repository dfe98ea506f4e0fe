"""What a model in use reaches on mail that people teach it, with `hamgate learn`: held out, to compare another with."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.model_selection import StratifiedKFold

from filter.classifier import SHRINKAGE, Classifier
from filter.tally import Column, Tally
from models.model import Model
from training import evaluate, fit, naive_bayes
from training.dataset import Bools, Dataset
from training.evaluate import Floats, Quality

FEWEST = 50
"""Messages of each class that the model in use has not been trained on, below which it is not measured."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A model in use (its `version`) `before`, and a new one `after`, on the same messages that neither has learned."""

    version: str
    before: Quality
    after: Quality


def compare(model: Model, data: Dataset, unseen: Bools, points: Floats, seed: int = 0) -> Comparison | None:
    """`model` and a new one, which gave `points`, on those of `data` that `model` was not trained on; None: too few.

    With `hamgate learn`, `model` would have learned them: it is measured with the others of them on top.
    """
    rows = np.flatnonzero(unseen)
    spam = data.spam[rows]
    if min(int(spam.sum()), int((~spam).sum())) < FEWEST:
        return None
    part = data if unseen.all() else replace(data.rows(rows), rest=None)
    before = evaluate.quality(held_out(model, part, seed), spam)
    return Comparison(model.version, before, evaluate.quality(points[rows], spam))


def held_out(model: Model, data: Dataset, seed: int = 0) -> Floats:
    """Points of every message in `data` by `model`, which was not trained on it, with the others learned on top.

    `data` has the fields of `model`; the folds are those of `fit.held_out`.
    """
    points = np.zeros(len(data))
    folds = StratifiedKFold(fit.FOLDS, shuffle=True, random_state=seed + 1)
    for train, test in folds.split(points, data.spam):
        points[test] = served(model, data.rows(train), data.rows(test))
    return points


def served(model: Model, learned: Dataset, data: Dataset) -> Floats:
    """Points of the messages in `data` by `model` with those of `learned` on top, as a server gives them."""
    own = Tally(naive_bayes.messages_of(learned), {name: _column(learned, name) for name in learned.matrices})
    classifier = Classifier(model, own)
    parts = [
        _means(data.matrices[name] @ np.column_stack([table, table != 0.0]).astype(np.float64)) * scale
        for name, table, scale in classifier.tables()
    ]
    return fit.add_up(model.recipe, np.column_stack(parts), model.bias, data.foreign)


def _column(learned: Dataset, name: str) -> Column:
    found = naive_bayes.counted(learned, name)
    return Column(found.slots.astype(np.uint32), found.counts.astype(np.int64))


def _means(sums: Floats) -> Floats:
    means: Floats = sums[:, 0] / (sums[:, 1] + SHRINKAGE)
    return means
