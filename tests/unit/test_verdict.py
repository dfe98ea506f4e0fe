import math

import pytest

from filter.verdict import Hit, Verdict, probability, two_decimals


@pytest.mark.parametrize(("points", "expected"), [(0, 0.5), (5, 0.9), (-5, 0.1), (10, 0.98780), (15, 0.99863)])
def test_points_mean_these_probabilities(points: float, expected: float) -> None:
    assert probability(points) == pytest.approx(expected, abs=1e-5)


def test_probability_stays_between_0_and_1_for_any_score() -> None:
    assert probability(-1e9) >= 0.0
    assert probability(1e9) <= 1.0
    assert math.isfinite(probability(1e308))


def test_the_score_is_the_sum_of_the_hits() -> None:
    verdict = Verdict((Hit("A", 0.1), Hit("B", 0.2), Hit("C", -0.3)))
    assert verdict.score == pytest.approx(0.0, abs=1e-15)
    assert verdict.probability == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("points", "label"), [(-5.0, "ham"), (-4.99, "unsure"), (0.0, "unsure"), (4.99, "unsure"), (5.0, "spam")]
)
def test_between_minus_5_and_5_is_unsure(points: float, label: str) -> None:
    assert Verdict((Hit("A", points),)).label == label


@pytest.mark.parametrize(
    ("points", "text"),
    [(-0.0, "0.00"), (7.31, "7.31"), (4.999, "4.99"), (5.0, "5.00"), (-0.001, "-0.01"), (0.1 + 0.2, "0.30")],
)
def test_score_is_rounded_down(points: float, text: str) -> None:
    assert two_decimals(points) == text
