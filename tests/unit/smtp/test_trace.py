"""Received fields."""

import pytest

from filter.smtp.trace import received_fields


@pytest.mark.parametrize(
    ("header", "count"),
    [
        (b"", 0),
        (b"Received: from a\r\n\tby b\r\nreceived : from c\r\nRECEIVED:\r\n", 3),
        (b"X-Received: from a\r\nSubject: Received: from b\r\n Received: from c\r\nReceived-SPF: pass\r\n", 0),
    ],
)
def test_fields_are_counted_and_not_what_looks_like_them(header: bytes, count: int) -> None:
    assert received_fields(header) == count
