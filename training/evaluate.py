"""How good scores are: ranking, errors at thresholds, calibration. Ham called spam is always the false positive."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from filter.verdict import POINTS_PER_LOGIT

TAG_AT, REJECT_AT = 5.0, 15.0
ROUNDS = 500

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.intp]
Measure = Callable[[Floats, Bools], float]
"""One figure of points and labels (is it spam?)."""


@dataclass(frozen=True, slots=True)
class Quality:
    """All in percent but `brier` and `ece`, of `ham` and `spam` messages.

    `roca`: 100 x (1 - area under the ROC curve); `missed_at_fp`: spam missed where 0.5 % of ham is called spam;
    `fp_*` and `missed_*`: at 5 points (tag) and 15 (reject); `ece`: expected calibration error over ten bins.
    """

    ham: int
    spam: int
    roca: float
    missed_at_fp: float
    fp_tag: float
    missed_tag: float
    fp_reject: float
    missed_reject: float
    brier: float
    ece: float

    def rounded(self) -> dict[str, float]:
        """For the card: enough digits to compare, none that only noise fills."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def quality(points: Floats, spam: Bools) -> Quality:
    """Measure `points` against the labels; both classes must be there."""
    ham_points, spam_points = points[~spam], points[spam]
    probability = 1.0 / (1.0 + np.exp(-np.clip(points / POINTS_PER_LOGIT, -700, 700)))
    return Quality(
        ham=len(ham_points),
        spam=len(spam_points),
        roca=roca(points, spam),
        missed_at_fp=missed_where_half_a_percent(points, spam),
        fp_tag=_percent(ham_points >= TAG_AT),
        missed_tag=_percent(spam_points < TAG_AT),
        fp_reject=_percent(ham_points >= REJECT_AT),
        missed_reject=_percent(spam_points < REJECT_AT),
        brier=float(np.mean((probability - spam) ** 2)),
        ece=calibration_error(probability, spam),
    )


def roca(points: Floats, spam: Bools) -> float:
    """100 x (1 - area under the ROC curve); by ranks, as sklearn's but in a fifth of the time."""
    positive = int(spam.sum())
    below = float(rankdata(points)[spam].sum()) - positive * (positive + 1) / 2
    return 100.0 * (1.0 - below / (positive * (len(spam) - positive)))


def difference(before: Floats, after: Floats, spam: Bools, measure: Measure, seed: int = 0) -> tuple[float, float]:
    """What `measure` becomes from `before` to `after`: the middle 95 % of ROUNDS samples of the same messages.

    Messages are drawn with replacement inside each class. If 0 is between the two, there is no difference to tell.
    """
    changes = [
        measure(after[drawn], spam[drawn]) - measure(before[drawn], spam[drawn]) for drawn in resamples(spam, seed)
    ]
    low, high = np.percentile(changes, [2.5, 97.5])
    return float(low), float(high)


def resamples(spam: Bools, seed: int = 0) -> Iterator[Integers]:
    """ROUNDS times the rows of a sample with replacement inside each class, as many as there are."""
    random = np.random.default_rng(seed)
    classes = np.flatnonzero(~spam), np.flatnonzero(spam)
    for _ in range(ROUNDS):
        yield np.concatenate([random.choice(rows, len(rows)) for rows in classes if len(rows)])


def missed_where_half_a_percent(points: Floats, spam: Bools) -> float:
    """Percent of spam missed where 0.5 % of ham is called spam."""
    return missed_at(points[~spam], points[spam], 0.005)


def _percent(condition: Bools) -> float:
    return 100.0 * float(np.mean(condition))


def missed_at(ham: Floats, spam: Floats, share: float) -> float:
    """Percent of `spam` at or below the lowest threshold at which at most `share` of `ham` is called spam."""
    threshold = np.sort(ham)[::-1][int(share * len(ham))]
    return _percent(spam <= threshold)


def calibration_error(probability: Floats, spam: Bools) -> float:
    """Mean distance between what is promised and what happens, over ten equal bins of probability."""
    bins = np.minimum((probability * 10).astype(int), 9)
    error = 0.0
    for number in range(10):
        chosen = bins == number
        if chosen.any():
            error += float(np.mean(chosen)) * abs(float(probability[chosen].mean()) - float(spam[chosen].mean()))
    return error
