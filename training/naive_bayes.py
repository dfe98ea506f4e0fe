"""The first stage: a Naive Bayes per field, fitted on messages or, for all folds of a cross-validation, at once.

Its counts add up: what all folds but one hold is what all of them hold less that one. They are whole numbers, so the
difference is exact.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from filter.classifier import SHRINKAGE, kind_weights
from filter.features import SLOT_BITS
from models.model import KINDS, Recipe
from training.dataset import Dataset

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Counted:
    """What one field holds: `slots` (n, sorted) and how many tokens of messages of each of `KINDS` they are (4 x n)."""

    slots: Integers
    counts: Floats


@dataclass(frozen=True, slots=True)
class _Tokens:
    """One field of a dataset: `matrix` has a column for each of its `slots`; `rest` (4 x n) as in `Dataset`."""

    slots: Integers
    matrix: sparse.csr_matrix
    rest: Floats

    def count(self, groups: Integers, number: int) -> Floats:
        """How often each slot is in messages of each of `number` groups (groups x n); `groups`: that of each."""
        width = len(self.slots)
        places = np.repeat(groups * width, np.diff(self.matrix.indptr))
        places += self.matrix.indices
        counts = np.bincount(places, self.matrix.data, number * width).astype(np.float64, copy=False)
        return counts.reshape(number, width)


def messages_of(data: Dataset) -> tuple[int, int, int, int]:
    """Messages of each of `KINDS`, with those that a sample stands for."""
    ham, ham_html, spam, spam_html = _messages(data.kinds(), 1)[0] + (0 if data.rest is None else data.rest.messages)
    return (int(ham), int(ham_html), int(spam), int(spam_html))


def counted(data: Dataset, name: str) -> Counted:
    """What the field `name` holds in `data`, with what a sample stands for."""
    tokens = _tokens(data, name)
    return Counted(tokens.slots, tokens.count(data.kinds(), len(KINDS)) + tokens.rest)


def field_scores(train: Dataset, test: Dataset, recipe: Recipe) -> Floats:
    """Scores (messages of `test` x fields) by Naive Bayes fitted on `train`."""
    weights = kind_weights(messages_of(train), recipe.balanced)
    columns = []
    for name in recipe.fields:
        column = counted(train, name)
        tables = np.zeros((2, 1 << SLOT_BITS))
        tables[:, column.slots] = _ratios(column.counts, weights, recipe.smoothing)
        columns.append(_means(test.matrices[name], tables))
    return np.column_stack(columns)


def cross_fitted(data: Dataset, folds: Integers, recipe: Recipe) -> tuple[Floats, dict[str, Counted]]:
    """Scores (messages x fields) by Naive Bayes fitted on the messages of the other folds, and what each field holds.

    `folds`: the number of each message's fold, from 0.
    """
    groups, number = folds * len(KINDS) + data.kinds(), int(folds.max()) + 1
    others = np.array(messages_of(data)) - _messages(groups, number)
    weights = [kind_weights(tuple(messages), recipe.balanced) for messages in others.tolist()]
    columns, fields = [], {}
    for name in recipe.fields:
        tokens = _tokens(data, name)
        own = tokens.count(groups, number * len(KINDS)).reshape(number, len(KINDS), len(tokens.slots))
        total = own.sum(axis=0) + tokens.rest
        tables = [_ratios(total - own[fold], weights[fold], recipe.smoothing) for fold in range(number)]
        columns.append(_means(_by_fold(tokens.matrix, folds, number), np.concatenate(tables, axis=1)))
        fields[name] = Counted(tokens.slots, total)
    return np.column_stack(columns), fields


def _messages(groups: Integers, number: int) -> Integers:
    """Messages in each of `number` times four groups (number x 4)."""
    return np.bincount(groups, minlength=number * len(KINDS)).reshape(number, len(KINDS))


def _tokens(data: Dataset, name: str) -> _Tokens:
    matrix, rest = data.matrices[name], None if data.rest is None else data.rest.matrices[name]
    there = np.zeros(matrix.shape[1], np.bool_)  # a table instead of sorting, because slots are small numbers
    there[matrix.indices] = True
    if rest is not None:
        there[rest.indices] = True
    slots = np.flatnonzero(there)
    places = np.zeros(len(there), np.int32)
    places[slots] = np.arange(len(slots))
    compact = sparse.csr_matrix((matrix.data, places[matrix.indices], matrix.indptr), (matrix.shape[0], len(slots)))
    return _Tokens(slots, compact, np.zeros((len(KINDS), len(slots))) if rest is None else rest[:, slots].toarray())


def _by_fold(matrix: sparse.csr_matrix, folds: Integers, number: int) -> sparse.csr_matrix:
    """`matrix` with columns of their own for each fold, beside each other."""
    height, width = matrix.shape
    first = (folds * width).astype(matrix.indices.dtype)
    indices = matrix.indices + np.repeat(first, np.diff(matrix.indptr))
    return sparse.csr_matrix((matrix.data, indices, matrix.indptr), (height, number * width))


def _ratios(counts: Floats, weights: Floats, smoothing: float) -> Floats:
    """Log of P(token | spam) / P(token | ham) for slots by their counts in `KINDS` (4 x n), and whether they occur.

    2 x n. Slots that do not occur have 0 in both, and no part in the smoothing.
    """
    weighted = counts * weights[:, None]
    classes = weighted[0::2] + weighted[1::2]
    ratios, seen = np.zeros(classes.shape), np.flatnonzero(classes[0] + classes[1])
    if seen.size:
        smoothed = classes.take(seen, axis=1) + smoothing
        logs = np.log(smoothed) - np.log(smoothed.sum(axis=1, keepdims=True))
        ratios[0, seen] = logs[1] - logs[0]
        ratios[1, seen] = 1.0
    return ratios


def _means(matrix: sparse.csr_matrix, tables: Floats) -> Floats:
    """Mean log ratio of each message's known tokens, shrunk. `tables`: see `_ratios`, for each column of `matrix`."""
    means: Floats = (matrix @ tables[0]) / (matrix @ tables[1] + SHRINKAGE)
    return means
