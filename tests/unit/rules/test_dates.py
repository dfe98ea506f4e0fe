"""Dates as mail has them, against the standard library, and what is said of impossible ones."""

from datetime import UTC
from email.utils import parsedate_to_datetime

import pytest

from filter.message import parse
from filter.rules.date_field import read_date
from filter.rules.dates import far_future, far_past, unparseable
from filter.rules.evidence import Evidence


@pytest.mark.parametrize(
    "value",
    [
        "Tue, 14 May 2024 11:12:03 +0200",
        "14 May 2024 11:12:03 -0330 (NDT)",
        "Tue, 14 May 2024 11:12:03 -0000",
        "Tue, 14 May 2024 11:12 GMT",
        "Tue, 14 May 24 11:12:03 EDT",
    ],
)
def test_the_quick_way_reads_what_the_library_reads(value: str) -> None:
    expected = parsedate_to_datetime(value)
    assert read_date(value.encode()) == (expected if expected.tzinfo else expected.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    "value", ["", "14-05-2024", "Tue, 31 Feb 2024 11:12:03 +0200", "Tue, 14 Foo 2024 11:12:03 +0200",
              "Tue, 14 May 2024 11:12:03 +9900", "Tue, 14 May 0000 11:12:03 +0200"],
)  # fmt: skip
def test_what_is_no_date_is_none(value: str) -> None:
    assert read_date(value.encode()) is None


def test_the_zone_is_shown() -> None:
    assert unparseable(Evidence(parse(b"Date: Tue, 14 May 2024 11:12:03 -1600\n\n"))) == "in zone -1600"


@pytest.mark.parametrize("date", ["Mon, 1 Jan 0001 00:00:00 +1400", "Fri, 31 Dec 9999 23:59:59 -1400"])
def test_the_ends_of_time_are_no_fault_of_ours(date: str) -> None:
    received = "Received: by mx.example.net; Tue, 14 May 2024 09:12:05 +0000"
    evidence = Evidence(parse(f"{received}\nDate: {date}\n\n".encode()))
    assert far_future(evidence) or far_past(evidence) or evidence.date is not None
