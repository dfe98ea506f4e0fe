"""The figures of an evaluation, each with its bootstrap interval, and the threshold that costs least."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import expit, logit

from filter.verdict import POINTS_PER_LOGIT
from training import evaluate
from training.dataset import Bools
from training.evaluate import TAG_AT, Floats, Integers, Measure

THRESHOLDS = (0.0, 5.0, 10.0, 15.0)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its `key` in JSON, its `title` for people with the `unit`, and the digits that mean something."""

    key: str
    title: str
    unit: str
    digits: int
    measure: Measure


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the middle 95 % of it over resamplings of the same messages."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Best:
    """The threshold at which errors cost least; None: nothing should be called spam. Both rates in percent."""

    cost: float
    threshold: float | None
    false_positives: float
    missed: float


def called_spam(points: Floats, spam: Bools, threshold: float) -> float:
    """Percent of ham at `threshold` points or more."""
    return 100.0 * float(np.mean(points[~spam] >= threshold))


def missed(points: Floats, spam: Bools, threshold: float) -> float:
    """Percent of spam below `threshold` points."""
    return 100.0 * float(np.mean(points[spam] < threshold))


def missed_where(points: Floats, spam: Bools, share: float) -> float:
    """Percent of spam missed where at most `share` of the ham is called spam."""
    return evaluate.missed_at(points[~spam], points[spam], share)


def lam(points: Floats, spam: Bools) -> float:
    """Logistic average of both error rates at 5 points, in percent; half an error is added to each, so none is 0."""
    rates = [
        (int(wrong.sum()) + 0.5) / (len(wrong) + 1.0) for wrong in (points[~spam] >= TAG_AT, points[spam] < TAG_AT)
    ]
    return 100.0 * float(expit(np.mean(logit(rates))))


def probabilities(points: Floats) -> Floats:
    """What the scores promise: the probability of spam, 0 to 1."""
    promised: Floats = expit(points / POINTS_PER_LOGIT)
    return promised


def brier(points: Floats, spam: Bools) -> float:
    """Mean squared distance between the promised probability and what the message is."""
    return float(np.mean((probabilities(points) - spam) ** 2))


def ece(points: Floats, spam: Bools) -> float:
    """Expected calibration error over ten bins."""
    return evaluate.calibration_error(probabilities(points), spam)


FIGURES: tuple[Figure, ...] = (
    Figure("roca", "1 - area under the ROC curve", "%", 4, evaluate.roca),
    *(
        Figure(
            f"missed_at_fp_{share:g}",
            f"spam missed where {share:g} % of ham is called spam",
            "%",
            2,
            partial(missed_where, share=share / 100.0),
        )
        for share in (0.1, 0.5)
    ),
    *(
        Figure(f"{key}_at_{at:g}", f"{title} at {at:g} points", "%", 2, partial(rate, threshold=at))
        for at in THRESHOLDS
        for key, title, rate in (("fp", "ham called spam", called_spam), ("missed", "spam missed", missed))
    ),
    Figure("lam", "logistic average of both errors at 5 points", "%", 3, lam),
    Figure("brier", "Brier score", "", 5, brier),
    Figure("ece", "expected calibration error", "", 4, ece),
)  # fmt: skip
FEWEST = 10
"""Messages of a class below which a group of mail gets no rate: an interval of one message would be a lie."""
AT_TAG = tuple(figure for figure in FIGURES if figure.key in ("fp_at_5", "missed_at_5"))


def estimates(points: Floats, spam: Bools, seed: int = 0, figures: Sequence[Figure] = FIGURES) -> dict[str, Estimate]:
    """Every figure of `points` by its key, with the interval. Both classes must be there for what needs both."""
    values = {figure.key: figure.measure(points, spam) for figure in figures}
    drawn = [
        [figure.measure(points[rows], spam[rows]) for figure in figures] for rows in evaluate.resamples(spam, seed)
    ]
    return _with_intervals(values, np.array(drawn))


def differences(before: Floats, after: Floats, spam: Bools, seed: int = 0) -> dict[str, Estimate]:
    """How every figure changes from `before` to `after` on the same messages (paired resampling)."""

    def change(rows: Integers) -> list[float]:
        pairs = ((figure.measure(points[rows], spam[rows]) for points in (before, after)) for figure in FIGURES)
        return [second - first for first, second in pairs]

    values = dict(zip((figure.key for figure in FIGURES), change(np.arange(len(spam))), strict=True))
    return _with_intervals(values, np.array([change(rows) for rows in evaluate.resamples(spam, seed)]))


def _with_intervals(values: Mapping[str, float], drawn: Floats) -> dict[str, Estimate]:
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return {key: Estimate(value, float(low[i]), float(high[i])) for i, (key, value) in enumerate(values.items())}


def at_tag(points: Floats, spam: Bools, seed: int = 0) -> dict[str, Estimate]:
    """Both error rates at 5 points, each only if its class has enough messages to tell."""
    chosen = [figure for figure, there in zip(AT_TAG, (~spam, spam), strict=True) if there.sum() >= FEWEST]
    return estimates(points, spam, seed, chosen)


def cheapest(points: Floats, spam: Bools, cost: float) -> Best:
    """The threshold at which errors cost least, if one ham called spam costs as much as `cost` missed spam.

    It lies half way down to the next lower score; of several the highest. Chosen on the mail that it is measured on.
    """
    levels, owners = np.unique(points, return_inverse=True)
    ham = np.bincount(owners[~spam], minlength=len(levels))[::-1].cumsum()[::-1]
    below = np.concatenate([[0], np.bincount(owners[spam], minlength=len(levels)).cumsum()])
    costs = cost * np.append(ham, 0) + below
    best = len(costs) - 1 - int(np.argmin(costs[::-1]))
    threshold = None if best == len(levels) else float((levels[best] + levels[max(0, best - 1)]) / 2)
    rates = np.append(ham, 0)[best] / max(1, (~spam).sum()), below[best] / max(1, spam.sum())
    return Best(cost, threshold, 100.0 * float(rates[0]), 100.0 * float(rates[1]))


def wilson(successes: Integers, trials: Integers) -> tuple[Floats, Floats]:
    """The 95 % interval of shares, 0 to 1, after Wilson: also honest where all or none succeeded."""
    z = 1.96
    share = successes / trials
    middle: Floats = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return middle - half, middle + half
