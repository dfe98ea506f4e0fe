"""The report is one file that needs nothing else and shows hostile names as text."""

import re

import pytest

from tests.unit.training import made
from tests.unit.training.browsed import HOSTILE, Page
from training import report


@pytest.fixture(scope="module")
def source() -> str:
    names = [HOSTILE] * (len(made.HAM) + len(made.SPAM))
    return report.render(made.evaluated(made.scored(made.HAM, made.SPAM, names, f"says {HOSTILE}"), made.CURVE))


def test_names_and_details_are_text(source: str) -> None:
    page = Page(source)
    assert HOSTILE in page.text
    assert f"says {HOSTILE}" in page.text
    page.check_nothing_of_mail_runs()


def test_nothing_is_fetched(source: str) -> None:
    Page(source).check_nothing_is_fetched()
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", source))
    assert "@import" not in source
    assert "default-src 'none'" in source


def test_it_has_the_four_pictures_the_figures_and_the_worst(source: str) -> None:
    page = Page(source)
    assert page.tags.count("svg") == 4
    for text in ("ROC", "Scores", "Calibration", "Learning", "ham called spam at 5 points, %", "Brier score", "2020"):
        assert text in page.text
    assert "5 in all." in page.text


def test_it_is_fit_to_print(source: str) -> None:
    assert "@media print" in source
    assert "@page" in source


def test_without_a_learning_curve_there_is_no_picture_of_one() -> None:
    page = Page(report.render(made.evaluated(made.scored(made.HAM, made.SPAM))))
    assert page.tags.count("svg") == 3
