"""Dates in headers: the usual ones fast, the others leniently."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.rules.date_field import day_of, fit_together, read_date


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"Tue, 5 Mar 2024 09:12:44 +0100", datetime(2024, 3, 5, 9, 12, 44, tzinfo=timezone(timedelta(hours=1)))),
        (b"5 Mar 2024 09:12:44 -0330 (NDT)", datetime(2024, 3, 5, 12, 42, 44, tzinfo=UTC)),
        (b"Tue, 05 Mar 2024 09:12:44 GMT", datetime(2024, 3, 5, 9, 12, 44, tzinfo=UTC)),
        (b"    Tue,  5 Mar 2024 09:12:44    -0500 (EST)", datetime(2024, 3, 5, 14, 12, 44, tzinfo=UTC)),
        (b"Tue, 5 Mar 2024 09:12:44 PDT", datetime(2024, 3, 5, 16, 12, 44, tzinfo=UTC)),
        (b"Tue, 5 Mar 2024 09:12:44 CEST", datetime(2024, 3, 5, 9, 12, 44, tzinfo=UTC)),
        (b"Tue, 5 Mar 2024 25:12:44 +0100", None),
        (b"yesterday", None),
        (b"", None),
    ],
)
def test_dates(value: bytes, expected: datetime | None) -> None:
    assert read_date(value) == expected


@pytest.mark.parametrize(
    ("written", "came", "fit"),
    [
        (b"Tue, 5 Mar 2024 09:12:44 +0100", b" Tue, 5 Mar 2024 09:12:50 +0100", True),
        (b"Tue, 5 Mar 2024 09:12:44 +0100", b" Mon, 11 Mar 2024 09:12:50 +0100", True),
        (b"Tue, 5 Mar 2024 09:12:44 +0100", b" Tue, 12 Mar 2024 09:12:50 +0100", False),
        (b"Wed, 6 Mar 2024 09:12:44 +0100", b" Tue, 5 Mar 2024 09:12:50 +0100", False),
        (b"Tue, 5 Mar 2024 09:12:44 +2300", b" Tue, 5 Mar 2024 09:12:50 +0100", False),
        (b"Tue, 31 Feb 2024 09:12:44 +0100", b" Tue, 31 Feb 2024 09:12:50 +0100", False),
        (b"Tue, 05 Mar 2024 09:12:44 GMT", b" Tue,  5 Mar 2024 09:12:50 +0100 (CET)", True),
        (b"Tue, 5 Mar 2024 09:12:44 +0100", b"", False),
        (b"", b"", False),
    ],
)
def test_what_needs_no_second_look(written: bytes, came: bytes, fit: bool) -> None:
    assert fit_together(day_of(written), day_of(came)) is fit


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (b" Tue,  5 Mar 2024 09:12:44 +0100 (CET)", (2024, 3, 5)),
        (b"5 Mar 2024 09:12:44 GMT", (2024, 3, 5)),
        (b"Tue, 5 Foo 2024 09:12:44 +0100", None),
        (b"Tue, 5 Mar 2024 09:12 +0100", None),
        (b"", None),
    ],
)
def test_the_day_of_a_well_written_date(written: bytes, day: tuple[int, int, int] | None) -> None:
    assert day_of(written) == day


ZONES = ("GMT", "UT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "+0100", "-0330", "-0000", "BST", "")


@given(
    st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2099, 12, 31)),  # noqa: DTZ001 - the zone is text
    st.sampled_from(ZONES),
    st.sampled_from((" ", "  ", "    ")),
)
def test_the_fast_way_reads_what_the_library_reads(moment: datetime, zone: str, blank: str) -> None:
    written = blank.join([f"{moment:%a},", f"{moment.day}", f"{moment:%b %Y %H:%M:%S}", zone])
    library = parsedate_to_datetime(written)
    assert read_date(written.encode()) == (library if library.tzinfo else library.replace(tzinfo=UTC))


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_no_bytes_raise(written: bytes, came: bytes) -> None:
    read_date(written)
    fit_together(day_of(written), day_of(came))
