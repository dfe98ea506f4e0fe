"""Rounds, and the figures that come of them."""

import math
from collections.abc import Sequence

import pytest

from tests.benchmarks.contest import Costs, Row, hold
from tests.benchmarks.corpus import Mail


class Counted:
    """Costs one second in its first turn, two in its second, and so on; notes who was when."""

    def __init__(self, name: str, turns: list[str]) -> None:
        self.name, self.turns = name, turns

    def costs(self, mail: Sequence[Mail]) -> Costs:
        self.turns.append(self.name)
        return {self.name: [float(self.turns.count(self.name))]}


def test_all_take_turns_and_the_first_round_does_not_count() -> None:
    turns: list[str] = []
    rows = hold([Counted("a", turns), Counted("b", turns)], (), 2)
    assert turns == ["a", "b", "a", "b", "a", "b"]
    assert rows["a"].rounds == [[2.0], [3.0]]


def test_median_and_spread_are_those_of_rounds() -> None:
    row = Row([[1.0, 3.0], [1.0, 5.0], [4.0, 8.0]])
    assert row.median == 3.0
    assert row.spread == pytest.approx((6.0 - 2.0) / 3.0)
    assert row.by_message() == [1.0, 5.0]


def test_a_ratio_compares_messages_that_both_judged() -> None:
    slow, ours = Row([[math.nan, 30.0]]), Row([[1000.0, 10.0]])
    assert slow.median == 30.0
    assert slow.ratio(ours) == pytest.approx(3.0)
