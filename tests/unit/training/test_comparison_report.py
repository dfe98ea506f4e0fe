"""The report of a comparison is one file that needs nothing else and shows hostile names as text."""

import re

import pytest

from filter.verdict import Hit
from tests.unit.training.browsed import HOSTILE, Page
from training import comparison, comparison_report
from training.comparison import Comparison, Pair
from training.figures import FIGURES
from training.sources import Source


def compared(count: int) -> Comparison:
    """`count` ham that only the second model calls spam, and spam of which the first misses all."""
    sides = []
    for label, scores in (("ham", (-4.0, 6.0)), ("spam", (1.0, 9.0))):
        hits = ((Hit("FIRST_SAYS", 1.5, "a detail"),), (Hit("SECOND_SAYS", -2.5, f"says {HOSTILE}"),))
        rows = [Pair(f"{label}{row}", (scores[0] + row / 100, scores[1]), hits) for row in range(count)]
        names = [f"{label}/{row} {HOSTILE}" for row in range(count)]
        sides.append(Source[Pair](label, (label,), names, [label] * count, rows))
    return comparison.make(sides[0], sides[1])


@pytest.fixture(scope="module")
def source() -> str:
    return comparison_report.render(compared(20), ("aaaaaaaaaaaa", "bbbbbbbbbbbb"))


def test_names_and_details_are_text(source: str) -> None:
    page = Page(source)
    assert f"ham/0 {HOSTILE}" in page.text
    assert f"says {HOSTILE}" in page.text
    page.check_nothing_of_mail_runs()


def test_nothing_is_fetched(source: str) -> None:
    Page(source).check_nothing_is_fetched()
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", source))
    assert "default-src 'none'" in source


def test_both_models_stand_in_one_picture_and_each_figure_has_its_change(source: str) -> None:
    page = Page(source)
    assert page.tags.count("svg") == 1
    for text in (
        "first: aaaaaaaaaaaa",
        "second: bbbbbbbbbbbb",
        "ham called spam, % (leftmost: none of 20)",
        "at 5 points",
    ):
        assert text in page.text
    assert "ham called spam at 5 points, %0.00 [0.00, 0.00]100.00 [100.00, 100.00]+100.00 [+100.00, +100.00] *" in (
        page.text.replace("\n", "")
    )


def test_on_paper_a_line_may_break_before_an_interval_but_not_in_it(source: str) -> None:
    assert source.count('<span class="interval">[') == 3 * len(FIGURES)
    assert "td.v { white-space: normal; }" in source
    assert ".interval { display: inline-block; white-space: nowrap; }" in source


def test_each_message_on_which_they_differ_stands_with_what_each_said(source: str) -> None:
    text = Page(source).text
    assert "40 messages." in text
    assert (text.count("+1.5 FIRST_SAYS"), text.count("-2.5 SECOND_SAYS")) == (40, 40)


def test_long_lists_are_cut_and_say_so() -> None:
    text = Page(comparison_report.render(compared(150), ("a", "b"))).text
    assert "300 messages, the 200 farthest apart." in text
    assert text.count("FIRST_SAYS") == comparison_report.MOST_LISTED


def test_models_that_agree_have_no_list() -> None:
    hits = ((Hit("A", 1.0),), (Hit("A", 1.0),))
    ham = Source[Pair]("ham", ("x",), ["1"], ["x"], [Pair("1", (-9.0, -9.0), hits)])
    spam = Source[Pair]("spam", ("x",), ["2"], ["x"], [Pair("2", (9.0, 9.0), hits)])
    source = comparison_report.render(comparison.make(ham, spam), ("a", "b"))
    assert "0 messages." in Page(source).text
    assert source.count("<table>") == 1
