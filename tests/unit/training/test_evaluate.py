import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.evaluate import calibration_error, difference, missed_at, missed_where_half_a_percent, quality, roca

HAM = np.array([-9.0, -8.0, -7.0, 6.0])
SPAM = np.array([-1.0, 7.0, 16.0, 20.0])
POINTS = np.concatenate([HAM, SPAM])
IS_SPAM = np.array([False] * 4 + [True] * 4)


def test_errors_at_the_thresholds() -> None:
    found = quality(POINTS, IS_SPAM)
    assert (found.ham, found.spam) == (4, 4)
    assert (found.fp_tag, found.missed_tag) == (25.0, 25.0)
    assert (found.fp_reject, found.missed_reject) == (0.0, 50.0)


def test_roca_is_the_share_of_wrongly_ordered_pairs() -> None:
    assert quality(POINTS, IS_SPAM).roca == pytest.approx(100 * 1 / 16)
    assert quality(np.concatenate([HAM, HAM]), IS_SPAM).roca == pytest.approx(50.0)


def test_roca_is_that_of_scikit_learn_with_ties() -> None:
    random = np.random.default_rng(5)
    spam = random.random(500) < 0.3
    points = random.integers(-5, 6, 500) + 2.0 * spam
    assert roca(points, spam) == pytest.approx(100 * (1 - roc_auc_score(spam, points)), abs=1e-12)


@pytest.mark.parametrize(("share", "missed"), [(0.0, 25.0), (0.25, 0.0)])
def test_spam_missed_where_a_share_of_ham_may_be_called_spam(share: float, missed: float) -> None:
    assert missed_at(HAM, SPAM, share) == missed


def test_ties_with_ham_count_as_missed() -> None:
    assert missed_at(np.array([1.0, 1.0]), np.array([1.0, 2.0]), 0.0) == 50.0


def test_calibration_error_is_zero_when_promises_are_kept() -> None:
    probability = np.array([0.25] * 4 + [0.75] * 4)
    assert calibration_error(probability, np.array([1, 0, 0, 0, 1, 1, 1, 0], bool)) == pytest.approx(0.0)
    assert calibration_error(probability, np.array([0, 0, 0, 0, 1, 1, 1, 1], bool)) == pytest.approx(0.25)
    assert calibration_error(np.array([1.0]), np.array([True])) == 0.0


def test_a_difference_that_chance_explains_has_0_between_its_ends() -> None:
    random = np.random.default_rng(3)
    spam = np.arange(400) % 2 == 1
    points = random.normal(np.where(spam, 2.0, -2.0), 3.0)
    low, high = difference(points, points + random.normal(0.0, 0.3, 400), spam, roca)
    assert low < 0.0 < high
    low, high = difference(points, points + np.where(spam, 2.0, 0.0), spam, roca)
    assert low < high < 0.0


def test_no_difference_is_exactly_none() -> None:
    assert difference(POINTS, POINTS, IS_SPAM, missed_where_half_a_percent) == (0.0, 0.0)
