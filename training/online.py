"""Learning online: mail in the order it came, each message scored by what was learned from those before it.

Stage 1 is never fitted again: counts are additive, so a message is learned by adding its tokens, and its scores are
those of a Naive Bayes fitted on all messages before it. Stage 2 is fitted on the scores that messages got when they
came (no message had been learned by what scored it), again each time there are 2 % more. A score weighs as much as its
place: early ones were made from few counts. Until there are 200 messages, 20 of each class, all fields count the same.
This is `hamgate train` again whenever mail has grown by 2 %, with counts added in between.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from filter.classifier import SHRINKAGE, kind_weights
from filter.features import SLOT_BITS
from filter.verdict import POINTS_PER_LOGIT
from models.model import KINDS, Recipe
from training import fit, linear
from training.dataset import Dataset
from training.evaluate import Floats, Integers
from training.protocols import Predicted
from training.recipes import Plan

FIRST_FIT = 200
_FEWEST_OF_A_CLASS = 20
_GROWTH = 1.02


class Counts:
    """Tokens of the messages learned so far, of one field."""

    def __init__(self, smoothing: float) -> None:
        self.counts = np.zeros((1 << SLOT_BITS, len(KINDS)), np.uint32)
        self._totals = np.zeros(len(KINDS))
        self._seen = 0
        self._smoothing = smoothing

    def score(self, slots: Integers, tokens: Floats, weights: Floats) -> float:
        """Score of a message with `tokens` in `slots` by the Naive Bayes of `filter.classifier`."""
        counts = self.counts[slots]
        known = counts.any(axis=1)
        if not known.any():
            return 0.0
        weighted = counts[known] * weights
        totals = self._totals * weights
        prior = self._smoothing * self._seen
        ham = (weighted[:, 0] + weighted[:, 1] + self._smoothing) / (totals[0] + totals[1] + prior)
        spam = (weighted[:, 2] + weighted[:, 3] + self._smoothing) / (totals[2] + totals[3] + prior)
        found = tokens[known]
        return float((np.log(spam / ham) * found).sum() / (found.sum() + SHRINKAGE))

    def mean(self, slots: Integers, tokens: Floats, worth: Floats) -> float:
        """What the linear part, with `worth` points by slot, adds to the field of a message."""
        known = self.counts[slots].any(axis=1)
        found = tokens[known]
        return float((worth[slots[known]] * found).sum() / (found.sum() + SHRINKAGE))

    def learn(self, slots: Integers, tokens: Floats, kind: int) -> None:
        """Add a message of the `kind`; its `slots` are distinct."""
        self._seen += int((~self.counts[slots].any(axis=1)).sum())
        self.counts[slots, kind] += tokens.astype(np.uint32)
        self._totals[kind] += tokens.sum()


@dataclass(slots=True)
class SecondStage:
    """Points of one unit of each field's score, the bias and the linear part, as the last fit left them."""

    points: Floats
    bias: float = 0.0
    fitted: int = 0
    linear: Mapping[str, Floats] = field(default_factory=dict)

    def due(self, kinds: npt.NDArray[np.intp]) -> bool:
        """Whether there is enough more than at the last fit."""
        if len(kinds) < max(FIRST_FIT, _GROWTH * self.fitted):
            return False
        spam = int((kinds >= 2).sum())
        return min(spam, len(kinds) - spam) >= _FEWEST_OF_A_CLASS

    def fit(self, scores: Floats, past: Dataset, weights: Floats, plan: Plan) -> None:
        """Fit on the held-out `scores` of all messages so far, the `past`."""
        place = np.arange(1, len(past) + 1)
        late = weights[past.kinds()] * place / place.mean()
        if plan.linear:
            found = linear.second_stage(scores, past, plan.recipe.fields, late, plan.regularisation)
            self.points, self.bias, self.linear = found
        else:
            self.points, self.bias = fit.second_stage(scores, past.spam, late, plan)
        self.fitted = len(past)


def predict(data: Dataset, plan: Plan, order: Integers, progress: Callable[[int], None] = lambda _: None) -> Predicted:
    """Score each message of `data` in `order` by those before it; the result is in `order` too."""
    recipe, kinds = plan.recipe, data.kinds()[order]
    fields = [Counts(recipe.smoothing) for _ in recipe.fields]
    stage = SecondStage(np.full(len(recipe.fields), POINTS_PER_LOGIT))
    scores, parts, points = (
        np.zeros((len(order), len(fields))),
        np.zeros((len(order), len(fields))),
        np.zeros(len(order)),
    )
    for at, row in enumerate(order):
        weights = _weights(kinds[:at], recipe)
        if stage.due(kinds[:at]):
            stage.fit(scores[:at], data.rows(order[:at]), weights, plan)
        for number, (name, counts) in enumerate(zip(recipe.fields, fields, strict=True)):
            slots, tokens = _row(data.matrices[name], int(row))
            scores[at, number] = counts.score(slots, tokens, weights)
            if name in stage.linear:
                parts[at, number] = counts.mean(slots, tokens, stage.linear[name])
            counts.learn(slots, tokens, int(kinds[at]))
        parts[at] += scores[at] * stage.points
        points[at] = fit.add_up(recipe, parts[at : at + 1], stage.bias, data.foreign[row : row + 1])[0]
        progress(1)
    return Predicted(order, parts, points)


def _weights(kinds: npt.NDArray[np.intp], recipe: Recipe) -> Floats:
    counts = np.bincount(kinds, minlength=len(KINDS))
    return kind_weights((int(counts[0]), int(counts[1]), int(counts[2]), int(counts[3])), recipe.balanced)


def _row(matrix: sparse.csr_matrix, row: int) -> tuple[Integers, Floats]:
    start, end = matrix.indptr[row], matrix.indptr[row + 1]
    return matrix.indices[start:end], matrix.data[start:end]
