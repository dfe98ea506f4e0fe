"""Dates in headers: the usual ones fast, the others leniently."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.rules.date_field import fit_together, read_date


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"Tue, 5 Mar 2024 09:12:44 +0100", datetime(2024, 3, 5, 9, 12, 44, tzinfo=timezone(timedelta(hours=1)))),
        (b"5 Mar 2024 09:12:44 -0330 (NDT)", datetime(2024, 3, 5, 12, 42, 44, tzinfo=UTC)),
        (b"Tue, 05 Mar 2024 09:12:44 GMT", datetime(2024, 3, 5, 9, 12, 44, tzinfo=UTC)),
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
        (b"Tue, 5 Mar 2024 09:12:44 +0100", b"", True),
        (b"", b"", False),
    ],
)
def test_what_needs_no_second_look(written: bytes, came: bytes, fit: bool) -> None:
    assert fit_together(written, came) is fit


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_no_bytes_raise(written: bytes, came: bytes) -> None:
    read_date(written)
    fit_together(written, came)
