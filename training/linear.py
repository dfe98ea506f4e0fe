"""The linear part of a model: a second stage that reads the tokens themselves beside the fields' scores.

Naive Bayes believes each token as if it stood alone. One logistic regression over the held-out scores and the tokens
gives a token points of its own where that is wrong. Its penalty keeps them near 0 where Naive Bayes suffices. A token
counts as it does in a field's score, divided by the field's length, so both are one sum when served.
"""

from warnings import catch_warnings

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from filter.classifier import SHRINKAGE
from filter.features import SLOT_BITS
from filter.verdict import POINTS_PER_LOGIT
from models.model import Model
from training.dataset import Dataset

FEWEST = 2
"""Messages that must hold a slot for points of its own: what one message alone holds says nothing of others."""
MOST_TOKENS = 2_000_000
"""Tokens that are learned from; of mail that holds more, every k-th message."""
LEAST_SPREAD = 0.01
"""Standard deviation below which a field's scores are all the same: what is left is rounding, and no evidence."""
LEFT_OUT = "words"
"""The field whose tokens get none: four fifths of all tokens, and nothing is gained by them (training/README.md)."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]


def second_stage(
    scores: Floats, data: Dataset, fields: tuple[str, ...], weights: Floats, regularisation: float, seed: int = 0
) -> tuple[Floats, float, dict[str, Floats]]:
    """Points for one unit of each field's score, the bias in points, and by field the points of each slot.

    `scores` (messages x `fields`) are held out. Deterministic for a `seed`.
    """
    read = [name for name in fields if name != LEFT_OUT]
    if len(rows := _rows(data, read)) < len(data):
        scores, data, weights = scores[rows], data.rows(rows), weights[rows]
    spread = spread_of(scores)
    slots = [_frequent(data.matrices[name]) for name in read]
    tokens = [_scaled(data.matrices[name], chosen) for name, chosen in zip(read, slots, strict=True)]
    columns = sparse.hstack([sparse.csr_matrix(scores / spread), *tokens], format="csr")
    regression = LogisticRegression(C=regularisation, solver="liblinear", dual=True, tol=0.1, random_state=seed)
    with catch_warnings(action="ignore", category=ConvergenceWarning):  # cut short, it is good enough
        regression.fit(columns, data.spam, sample_weight=weights / weights.mean())
    points, *worth = np.split(regression.coef_[0] * POINTS_PER_LOGIT, np.cumsum([len(fields), *map(len, slots[:-1])]))
    tables = {name: _table(chosen, SHRINKAGE * own) for name, chosen, own in zip(read, slots, worth, strict=True)}
    return points / spread, float(regression.intercept_[0]) * POINTS_PER_LOGIT, tables


def spread_of(scores: Floats) -> Floats:
    """Standard deviation of each column, to divide it by; 1 where all messages have the same score."""
    spread: Floats = scores.std(axis=0)
    return np.where(spread < LEAST_SPREAD, 1.0, spread)


def _rows(data: Dataset, fields: list[str]) -> Integers:
    tokens = sum(data.matrices[name].nnz for name in fields)
    return np.arange(0, len(data), max(1, -(-tokens // MOST_TOKENS)))


def _frequent(matrix: sparse.csr_matrix) -> Integers:
    return np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) >= FEWEST)


def _scaled(matrix: sparse.csr_matrix, slots: Integers) -> sparse.csr_matrix:
    """The columns `slots`. Tokens are divided by their number as a field's score is; a token alone counts nearly 1."""
    lengths = np.asarray(matrix.sum(axis=1)).ravel()
    chosen = matrix[:, slots]
    chosen.data *= np.repeat(SHRINKAGE / (lengths + SHRINKAGE), np.diff(chosen.indptr))
    return chosen


def _table(slots: Integers, values: npt.NDArray[np.floating]) -> Floats:
    table = np.zeros(1 << SLOT_BITS)
    table[slots] = values
    return table


def parts(model: Model, data: Dataset) -> Floats:
    """Points (messages x fields) that the linear part of `model` adds to each field of the messages in `data`."""
    return np.column_stack([_part(model, name, data.matrices[name]) for name in model.recipe.fields])


def _part(model: Model, name: str, matrix: sparse.csr_matrix) -> Floats:
    field = model.fields[name]
    if field.linear is None:
        return np.zeros(matrix.shape[0])
    known = matrix @ _table(field.slots.astype(np.intp), np.ones(len(field.slots)))
    worth: Floats = matrix @ _table(field.slots.astype(np.intp), field.linear) / (known + SHRINKAGE)
    return worth
