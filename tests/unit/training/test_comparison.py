"""Two models on the same mail."""

import json

import pytest

from filter.verdict import Hit
from training import comparison
from training.comparison import Comparison, Pair
from training.figures import FIGURES, Estimate
from training.sources import Source


def source(label: str, scores: list[tuple[float, float]]) -> Source[Pair]:
    names = [f"{label}/{row}" for row in range(len(scores))]
    pairs = [Pair(names[row], score, ((Hit("A", 1.0),), (Hit("B", 2.0),))) for row, score in enumerate(scores)]
    return Source[Pair](label, (label,), names, [label] * len(scores), pairs)


HAM = source("ham", [(-9.0, -9.0), (5.0, 4.9), (-2.0, -3.0), (-8.0, 20.0)])
SPAM = source("spam", [(9.0, 9.0), (4.0, 6.0), (15.0, 14.0), (-5.0, -6.0)])


@pytest.fixture(scope="module")
def found() -> Comparison:
    return comparison.make(HAM, SPAM)


def test_messages_on_which_they_differ_at_5_points_are_found_farthest_first(found: Comparison) -> None:
    assert [(one.label, one.name) for one in found.disagreements] == [
        ("ham", "ham/3"),
        ("spam", "spam/1"),
        ("ham", "ham/1"),
    ]
    assert found.disagreements[1].pair.scores == (4.0, 6.0)


def test_changes_are_from_the_first_to_the_second(found: Comparison) -> None:
    assert (found.first["missed_at_5"].value, found.second["missed_at_5"].value) == (50.0, 25.0)
    assert found.change["missed_at_5"].value == -25.0
    assert found.change["fp_at_5"].value == 0.0


def test_a_change_counts_where_0_is_not_within_the_interval() -> None:
    assert comparison.differs(Estimate(-1.0, -2.0, -0.1))
    assert comparison.differs(Estimate(1.0, 0.1, 2.0))
    assert not comparison.differs(Estimate(-1.0, -2.0, 0.0))


def test_machines_get_all_figures_and_what_each_said(found: Comparison) -> None:
    value = json.loads(json.dumps(comparison.as_object(found, ("one", "two"))))
    assert value["models"] == ["one", "two"]
    assert set(value["figures"]) == {figure.key for figure in FIGURES}
    assert value["disagreements"][1] == {
        "path": "spam/1",
        "label": "spam",
        "first": {"score": 4.0, "hits": [{"symbol": "A", "points": 1.0}]},
        "second": {"score": 6.0, "hits": [{"symbol": "B", "points": 2.0}]},
    }
