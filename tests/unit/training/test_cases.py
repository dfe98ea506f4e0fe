"""Reading labelled mail for an evaluation."""

import math
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from filter.scan import Scanner
from filter.verdict import Hit
from tests import mail
from training import cases, sources
from training.cases import Case
from training.recipes import SITE


def dated(date: str) -> bytes:
    return f"From: a@example.org\nDate: {date}\n\nHello\n".encode()


def test_a_scanned_message_has_the_score_that_it_would_be_served_with() -> None:
    raw = mail.spam(1)
    verdict = Scanner.load().scan(raw)
    (case,) = cases.scan_batch([raw], None, None)
    assert case.score == verdict.score
    assert case.model == pytest.approx(sum(hit.points for hit in verdict.hits if hit.symbol.startswith("NB_")))
    assert case.model != case.score


def test_an_operators_rules_count(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nsymbol = "OWN"\npoints = 3.5\nmeaning = "m"\nin = "body"\npattern = "the"\n')
    (case,) = cases.scan_batch([mail.spam(1)], None, rules)
    (without,) = cases.scan_batch([mail.spam(1)], None, None)
    assert case.score == pytest.approx(without.score + 3.5)
    assert case.model == without.model


def test_a_judged_message_has_the_hits_of_the_shipped_rules_and_its_tokens() -> None:
    (case,) = cases.judge_batch([mail.spam(1)], SITE.recipe.fields)
    served = {hit for hit in Scanner.load().scan(mail.spam(1)).hits if not hit.symbol.startswith("NB_")}
    assert set(case.hits) <= served
    assert case.extracted is not None
    assert case.likeness


OWN = """
own_domains = ["example.net"]
[points]
URL_HOST_IS_IP = 7
[[rule]]
symbol = "OWN"
points = 3.5
in = "subject"
pattern = "x"
[[rule]]
symbol = "OWN_SURE"
points = 2
when = "OWN and MODEL_SPAM"
[deny]
domains = ["example.org"]
"""


def test_own_rules_are_tried_for_a_model_to_be_fitted_and_own_composites_see_it(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    raw = b"From: a@example.org\nDate: Tue, 1 Mar 2022 10:00:00 +0100\nSubject: x\n\nhttp://192.0.2.1/\n"
    rows = cases.judge_batch([raw], ("words",), path)
    lot = cases.lot(sources.Source[Case]("ham", ("x",), ["x"], ["x"], rows), sources.Source[Case]("spam", ()))
    composites = cases.rule_set(path).composites
    for model, sure in ((4.0, True), (-4.0, False)):
        found = cases.with_rules(lot, np.array([0]), np.array([[model]]), np.array([model]), ("words",), composites)
        points = {hit.symbol: hit.points for hit in found.hits[0]}
        assert (points["OWN"], points["URL_HOST_IS_IP"], points["DENY_LISTED"]) == (3.5, 7.0, 50.0)
        assert ("OWN_SURE" in points) is sure


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("Tue, 1 Mar 2022 10:00:00 +0100", "2022"),
        ("Sat, 1 Jan 2022 00:30:00 +0100", "2021"),
        ("Thu, 22 Aug 0102 12:07:35 +0800", ""),
        ("Thu, 22 Aug 9999 12:07:35 +0800", ""),
        ("yesterday", ""),
    ],
)
def test_the_year_is_that_of_the_date_in_utc_if_it_can_be_true(date: str, year: str) -> None:
    source = sources.Source[Case]("ham", ("x",), ["x"], ["x"], cases.judge_batch([dated(date)], ("words",)))
    assert cases.lot(source, sources.Source[Case]("spam", ())).years == (year,)


def test_the_order_is_that_of_the_dates_as_written_and_those_without_come_last() -> None:
    dates = [
        "never",
        "Tue, 1 Mar 2022 10:00:00 +0000",
        "Thu, 22 Aug 0102 12:07:35 +0800",
        "Tue, 1 Mar 2022 10:30:00 +0100",
    ]
    rows = cases.judge_batch([dated(date) for date in dates], ("words",))
    lot = cases.lot(sources.Source[Case]("ham", (), dates, dates, rows), sources.Source[Case]("spam", ()))
    assert cases.by_date(lot).tolist() == [2, 3, 1, 0]
    assert rows[1].date == datetime(2022, 3, 1, 10, tzinfo=UTC).timestamp()


def test_details_of_hits_are_cut() -> None:
    long = cases._short(Hit("X", 1.0, "y" * 1000))
    assert (len(long.detail), long.symbol, long.points) == (160, "X", 1.0)


def test_each_message_knows_the_path_it_came_from(tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path, 3)
    work = partial(cases.scan_batch, folder=None, rules=None)
    lot = cases.lot(*sources.read((str(ham), str(ham / "0001.eml")), (str(spam),), work, 1, fewest=1))
    assert lot.origins == (*[str(ham)] * 3, str(ham / "0001.eml"), *[str(spam)] * 3)
    assert lot.spam.tolist() == [False] * 4 + [True] * 3
    found = cases.scanned(lot)
    assert np.all(found.whole[found.spam] > found.whole[~found.spam].max())


def test_the_score_of_a_fitted_model_is_the_sum_of_its_hits() -> None:
    raw = b"From: a@example.org\nDate: Tue, 1 Mar 2022 10:00:00 +0100\nSubject: x\n\nhttp://192.0.2.1/\n"
    rows = cases.judge_batch([raw], ("words", "urls"))
    lot = cases.lot(sources.Source[Case]("ham", ("x",), ["x"], ["x"], rows), sources.Source[Case]("spam", ()))
    found = cases.with_rules(lot, np.array([0]), np.array([[2.0, 3.0]]), np.array([4.5]), ("words", "urls"))
    points = {hit.symbol: hit.points for hit in found.hits[0]}
    assert (points["NB_WORDS"], points["NB_URLS"], points["NB_OTHER"]) == (2.0, 3.0, -0.5)
    assert points["URL_HOST_IS_IP"] > 0.0
    assert found.alone.tolist() == [4.5]
    assert found.whole[0] == pytest.approx(math.fsum(points.values()))
