"""Points of rules from evidence: a logistic regression that starts at the hand-set points and must be moved away.

points = fixed + scores @ fields + hits @ rules. The fit makes the log-loss of labelled mail as small as it can, where
each rule pays for its distance to its prior, may not change its sign, and gets no more than its own hits support. See
training/README.md for why each number is what it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.model_selection import StratifiedGroupKFold

from filter.rules.catalogue import RULES
from filter.rules.rule import Rule, Speaks
from filter.verdict import POINTS_PER_LOGIT
from training.dataset import Bools
from training.duplicates import Integers

FOLDS = 5
FEWEST = 20
"""Hits below which a rule keeps its prior; near-duplicates count once."""
HAND_SET = 10.0
"""Points at and beyond which a rule is a decision of ours and no evidence."""
MOST = 20.0
"""Points that a model file allows a rule."""
_PSEUDO_HITS = 2.0

TOO_FEW = "too few hits"
NOT_JUDGED = "not judged by this mail: of the class that it speaks for, too few are like what it looks for"
DECISION = "a decision, not evidence"
ASKED = "kept on request"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """`n` messages as the fit sees them.

    `scores`: n x k, what the fit may weigh again besides rules (no column: nothing); `start`: their k weights so far;
    `fixed`: n points of the model that nothing here changes; `composed`: n points of composites, which are not weighed
    because they stand on the rules and on the model itself; `hits`: n x RULES.
    """

    scores: Floats
    start: Floats
    fixed: Floats
    composed: Floats
    hits: Bools
    spam: Bools
    groups: Integers

    def rows(self, chosen: Integers) -> "Trial":
        """The messages at the given row numbers."""
        return Trial(
            self.scores[chosen], self.start, self.fixed[chosen], self.composed[chosen], self.hits[chosen],
            self.spam[chosen], self.groups[chosen],
        )  # fmt: skip

    def model_points(self) -> Floats:
        """What the model says of each message, without rules."""
        points: Floats = self.fixed + self.scores @ self.start
        return points

    def prior_points(self) -> Floats:
        """The score of each message with the hand-set points of all rules."""
        points: Floats = self.model_points() + self.composed + self.hits @ priors()
        return points


@dataclass(frozen=True, slots=True)
class Strength:
    """How far evidence may pull: standard deviations, in points, of rules and of scores around where they start.

    Five hits move a rule by at most 5 / POINTS_PER_LOGIT * rules^2: 2.2 points at 1, were each of them a surprise.
    """

    rules: float
    scores: float


RULE_STRENGTHS = (0.25, 0.5, 1.0, 2.0)
SCORE_STRENGTHS = (0.0, 0.25)


@dataclass(frozen=True, slots=True)
class Weights:
    """What was fitted: weights of the scores, points of all `RULES`, and with which strength."""

    scores: Floats
    rules: Floats
    strength: Strength

    def points(self, trial: Trial) -> Floats:
        """Of each message."""
        points: Floats = trial.fixed + trial.composed + trial.scores @ self.scores + trial.hits @ self.rules
        return points


def priors() -> Floats:
    """The hand-set points of all rules."""
    return np.array([rule.points for rule in RULES])


def reasons(trial: Trial, keep: frozenset[str], fewest_own: int) -> dict[str, str]:
    """The rules that keep their prior, and why; those that are missing here are weighed."""
    ham, spam = (_distinct_hits(trial, trial.spam == label) for label in (False, True))
    found = {}
    for rule, in_ham, in_spam in zip(RULES, ham, spam, strict=True):
        own = {Speaks.SPAM: in_spam, Speaks.HAM: in_ham, Speaks.EITHER: in_ham + in_spam}[rule.speaks]
        if why := _reason(rule, in_ham + in_spam, own >= fewest_own, keep):
            found[rule.symbol] = why
    return found


def _reason(rule: Rule, hits: int, judged: bool, keep: frozenset[str]) -> str:
    if abs(rule.points) >= HAND_SET:
        return DECISION
    if rule.symbol in keep:
        return ASKED
    if hits < FEWEST:
        return TOO_FEW
    return "" if judged else NOT_JUDGED


def _distinct_hits(trial: Trial, chosen: Bools) -> list[int]:
    """For each rule, groups of near-duplicates with a hit."""
    hits, groups = trial.hits[chosen], trial.groups[chosen]
    return [len(np.unique(groups[hits[:, number]])) for number in range(hits.shape[1])]


def bounds(trial: Trial) -> tuple[Floats, Floats]:
    """The least and the most points of each rule: its sign, and what its hits support if that is beyond its prior."""
    prior = priors()
    supported = _log_odds(trial)
    low, high = np.full(len(RULES), -MOST), np.full(len(RULES), MOST)
    for number, rule in enumerate(RULES):
        if rule.speaks is Speaks.SPAM:
            low[number], high[number] = 0.0, np.clip(supported[number], prior[number], MOST)
        elif rule.speaks is Speaks.HAM:
            low[number], high[number] = np.clip(supported[number], -MOST, prior[number]), 0.0
    return low, high


def _log_odds(trial: Trial) -> Floats:
    """Points that the hits of each rule would earn alone, between `_PSEUDO_HITS` more in each class."""
    ham, spam = trial.hits[~trial.spam], trial.hits[trial.spam]
    rates = [(hits.sum(axis=0) + _PSEUDO_HITS) / (len(hits) + 2 * _PSEUDO_HITS) for hits in (ham, spam)]
    points: Floats = POINTS_PER_LOGIT * np.log(rates[1] / rates[0])
    return points


def fit(trial: Trial, weighed: Bools) -> Weights:
    """Fit the `weighed` rules with the strength that does best on grouped folds of `trial`."""
    strengths = [Strength(*pair) for pair in product(RULE_STRENGTHS, SCORE_STRENGTHS if trial.scores.size else (0.0,))]
    losses = np.zeros(len(strengths))
    for train, test in folds(trial.spam, trial.groups, FOLDS):
        part, rest = trial.rows(train), trial.rows(test)
        for number, strength in enumerate(strengths):
            losses[number] += log_loss(fit_with(part, weighed, strength).points(rest), rest.spam)
    return fit_with(trial, weighed, strengths[int(np.argmin(losses))])


def folds(spam: Bools, groups: Integers, count: int, seed: int = 0) -> Iterator[tuple[Integers, Integers]]:
    """Rows to train on and to test on, `count` times; near-duplicates stay together."""
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    yield from splitter.split(np.zeros(len(spam)), spam, groups)


def log_loss(points: Floats, spam: Bools) -> float:
    """Sum over messages."""
    logits = points / POINTS_PER_LOGIT
    return float(np.sum(np.logaddexp(0.0, logits) - spam * logits))


def fit_with(trial: Trial, weighed: Bools, strength: Strength) -> Weights:
    """Fit the `weighed` rules, and the scores unless their strength is 0."""
    prior, scores = priors(), trial.scores.shape[1] if strength.scores else 0
    low, high = bounds(trial)
    spread = trial.scores.std(axis=0)
    spread[spread == 0.0] = 1.0  # the column of the bias
    start = np.concatenate([trial.start[:scores], prior[weighed]])
    deviation = np.concatenate([strength.scores / spread[:scores], np.full(int(weighed.sum()), strength.rules)])
    limits = [(-np.inf, np.inf)] * scores + list(zip(low[weighed], high[weighed], strict=True))
    columns = np.hstack([trial.scores[:, :scores], trial.hits[:, weighed]])
    held = trial.fixed + trial.composed + trial.hits[:, ~weighed] @ prior[~weighed]
    if not scores:
        held = held + trial.scores @ trial.start
    found = _minimise(columns, held, trial.spam, (start, deviation), limits)
    rules = prior.copy()
    rules[weighed] = found[scores:]
    return Weights(found[:scores] if scores else trial.start, rules, strength)


def _minimise(
    columns: Floats, held: Floats, spam: Bools, normal: tuple[Floats, Floats], limits: list[tuple[float, float]]
) -> Floats:
    """Weights of `columns` with the highest posterior: log-loss and a `normal` prior (mean, deviation) in `limits`."""
    mean, deviation = normal
    if not mean.size:
        return mean

    def loss(moves: Floats) -> tuple[float, Floats]:  # in deviations: well conditioned whatever the units
        points = held + columns @ (mean + moves * deviation)
        wrong = 1.0 / (1.0 + np.exp(-np.clip(points / POINTS_PER_LOGIT, -700, 700))) - spam
        gradient = (columns.T @ wrong) * deviation / POINTS_PER_LOGIT + moves
        return log_loss(points, spam) + float(moves @ moves) / 2, gradient

    edges = [((low - m) / d, (high - m) / d) for (low, high), m, d in zip(limits, mean, deviation, strict=True)]
    moves = minimize(loss, np.zeros(len(mean)), jac=True, method="L-BFGS-B", bounds=edges, options={"maxiter": 500}).x
    weights: Floats = mean + moves * deviation
    return weights
