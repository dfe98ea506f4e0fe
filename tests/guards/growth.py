"""How cost grows with size: CPU time of the quickest of several runs, as C code has no calls to count."""

import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

SIZES = tuple(10 * 1024 * 1024 // 4**step for step in (5, 4, 3, 2, 1, 0))
"""10 KiB to 10 MiB, each four times the one before."""
BAR = 5.0
"""Growth at four times the size: linear is 4."""
NOISE = 0.002
"""Seconds that are not worth a bar; the timer and the caches do as much."""
_RUNS = 5

Result = TypeVar("Result")


def measured(work: Callable[[], Result]) -> tuple[float, Result]:
    """CPU seconds of the quickest run, and what it returned."""
    costs = []
    for _ in range(_RUNS):
        before = time.process_time()
        result = work()
        costs.append(time.process_time() - before)
    return min(costs), result


def too_steep(costs: Sequence[float], bar: float = BAR) -> list[tuple[float, float]]:
    """Neighbouring costs of which the second is more than `bar` times the first, and not by noise."""
    return [(one, four) for one, four in pairwise(costs) if four > bar * one + NOISE]
