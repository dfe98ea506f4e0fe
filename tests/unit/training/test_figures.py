"""Known scores give known figures."""

import math

import numpy as np
import pytest

from training import evaluate, figures
from training.figures import FIGURES, Estimate

HAM = [-9.0, -8.0, -7.0, 6.0]
SPAM = [-1.0, 7.0, 12.0, 20.0]
POINTS = np.array([*HAM, *SPAM])
IS_SPAM = np.array([False] * 4 + [True] * 4)


def value(key: str, points: list[float] | None = None) -> float:
    figure = next(figure for figure in FIGURES if figure.key == key)
    return figure.measure(POINTS if points is None else np.array(points), IS_SPAM)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("roca", 100 / 16),  # one of the 16 pairs is the wrong way round
        ("fp_at_0", 25.0),
        ("missed_at_0", 25.0),
        ("fp_at_5", 25.0),
        ("missed_at_5", 25.0),
        ("fp_at_10", 0.0),
        ("missed_at_10", 50.0),
        ("fp_at_15", 0.0),
        ("missed_at_15", 75.0),
        ("missed_at_fp_0.1", 25.0),
        ("missed_at_fp_0.5", 25.0),
    ],
)
def test_rates_in_percent(key: str, expected: float) -> None:
    assert value(key) == pytest.approx(expected)


def test_a_threshold_is_reached_by_a_score_that_equals_it() -> None:
    assert value("fp_at_5", [5.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0]) == 25.0
    assert value("missed_at_5", [5.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0]) == 75.0


def test_lam_is_the_logistic_mean_of_both_errors() -> None:
    rate = 1.5 / 5  # one error of four, and half an error
    assert value("lam") == pytest.approx(100 * rate)
    ham, spam = 0.5 / 5, 2.5 / 5
    mean = (math.log(ham / (1 - ham)) + math.log(spam / (1 - spam))) / 2
    assert value("lam", [-1.0] * 4 + [1.0, 1.0, 6.0, 6.0]) == pytest.approx(100 / (1 + math.exp(-mean)))


def test_brier_and_calibration_read_5_points_as_90_percent() -> None:
    points = [-5.0] * 4 + [5.0] * 4
    assert value("brier", points) == pytest.approx(0.01)
    assert value("ece", points) == pytest.approx(0.1)
    assert value("brier", [0.0] * 8) == pytest.approx(0.25)


def test_intervals_hold_the_value_and_are_the_same_each_time() -> None:
    random = np.random.default_rng(1)
    spam = np.arange(300) % 3 == 0
    points = random.normal(np.where(spam, 6.0, -6.0), 6.0)
    found = figures.estimates(points, spam)
    assert found == figures.estimates(points, spam)
    assert found != figures.estimates(points, spam, seed=1)
    assert list(found) == [figure.key for figure in FIGURES]
    for key in ("roca", "fp_at_5", "missed_at_5", "lam", "brier"):
        assert found[key].low < found[key].value < found[key].high


def test_an_interval_is_the_middle_95_percent_of_the_resamplings() -> None:
    rows = list(evaluate.resamples(IS_SPAM))
    drawn = [figures.called_spam(POINTS[chosen], IS_SPAM[chosen], 5.0) for chosen in rows]
    found = figures.estimates(POINTS, IS_SPAM)["fp_at_5"]
    assert (found.low, found.high) == (np.percentile(drawn, 2.5), np.percentile(drawn, 97.5))


def test_samples_keep_the_number_of_each_class() -> None:
    for rows in evaluate.resamples(np.arange(10) < 3):
        assert sorted(rows < 3).count(True) == 3
        assert len(rows) == 10


def test_differences_are_paired() -> None:
    """Both models are right and wrong about the same mail: no resampling tells them apart."""
    same = figures.differences(POINTS, POINTS, IS_SPAM)
    assert set(same.values()) == {Estimate(0.0, 0.0, 0.0)}
    better = figures.differences(POINTS, np.array([*HAM[:3], -6.0, 6.0, *SPAM[1:]]), IS_SPAM)
    assert better["fp_at_5"].value == better["missed_at_5"].value == -25.0
    assert better["roca"].value == pytest.approx(-100 / 16)


def test_a_group_gets_a_rate_where_ten_messages_of_the_class_are_there() -> None:
    points, spam = np.array([9.0] * 10 + [-9.0] * 9), np.array([True] * 10 + [False] * 9)
    assert figures.at_tag(points, spam) == {"missed_at_5": Estimate(0.0, 0.0, 0.0)}
    assert set(figures.at_tag(np.append(points, 6.0), np.append(spam, False))) == {"fp_at_5", "missed_at_5"}


def test_the_cheapest_threshold_weighs_ham_against_spam() -> None:
    dear = figures.cheapest(POINTS, IS_SPAM, cost=10.0)
    assert (dear.threshold, dear.false_positives, dear.missed) == (6.5, 0.0, 25.0)
    cheap = figures.cheapest(POINTS, IS_SPAM, cost=0.5)
    assert (cheap.threshold, cheap.false_positives, cheap.missed) == (-4.0, 25.0, 0.0)


def test_where_every_threshold_costs_too_much_nothing_should_be_called_spam() -> None:
    found = figures.cheapest(-POINTS, IS_SPAM, cost=10.0)
    assert (found.threshold, found.false_positives, found.missed) == (None, 0.0, 100.0)


def test_a_share_of_all_is_not_certain() -> None:
    low, high = figures.wilson(np.array([10, 5]), np.array([10, 10]))
    assert low == pytest.approx([0.7225, 0.2366], abs=1e-4)
    assert high == pytest.approx([1.0, 0.7634], abs=1e-4)
