"""Lots and evaluations made by hand, for tests of what is done with them."""

from collections.abc import Sequence

import numpy as np

from filter.verdict import Hit
from training import evaluation
from training.cases import Case, Lot, Scored
from training.evaluation import Evaluation, Learned

SPAM_HIT, HAM_HIT = "URL_HOST_IS_IP", "THREAD_REPLY"


def scored(
    ham: Sequence[float], spam: Sequence[float], names: Sequence[str] | None = None, detail: str = "a detail"
) -> Scored:
    """Messages with these scores, all of which come from one rule; `names` and paths are those of no file."""
    points = [*ham, *spam]
    cases = tuple(Case(str(row), None, (Hit(SPAM_HIT, score, detail),)) for row, score in enumerate(points))
    lot = Lot(
        cases,
        tuple(names or [f"mail/{row}" for row in range(len(points))]),
        tuple(["mail/ham"] * len(ham) + ["mail/spam"] * len(spam)),
        tuple(str(2020 + row % 2) for row in range(len(points))),
        np.arange(len(points)) >= len(ham),
    )
    alone = np.array(points) / 2.0
    return Scored(lot, np.arange(len(points)), np.array(points), alone, [case.hits for case in cases])


def evaluated(messages: Scored, curve: tuple[Learned, ...] = ()) -> Evaluation:
    """An evaluation of `messages` where a false positive costs ten misses."""
    return evaluation.make("Made up", messages, curve, cost=10.0)


HAM = [-12.0 + 0.7 * step for step in range(30)]
SPAM = [-3.0 + 0.8 * step for step in range(30)]
CURVE = (Learned(100, 50, 1.5, 20.0), Learned(200, 50, 0.5, 8.0))
