"""Where a header begins in a message from a mailbox file."""

import pytest

from filter.separator import header_start

HEADER = b"From: a@example.org\nSubject: x\n\n"


@pytest.mark.parametrize(
    "above",
    [
        b"",
        b"From a@example.org Tue Mar  5 09:12:44 2024\n",
        b"From a@example.org Tue Mar  5 09:12:44 2024\r\n",
        b">From a@example.org Tue Mar  5 09:12:44 2024\n",
        b"From b@example.org Wed Mar  6 09:12:44 2024\n>From a@example.org Tue Mar  5 09:12:44 2024\n",
    ],
)
def test_it_begins_below_separator_lines(above: bytes) -> None:
    assert header_start(above + HEADER) == len(above)


@pytest.mark.parametrize("message", [b"", b"From a@example.org without an end", b" From x\n", b"from x\n"])
def test_what_is_no_such_line_stays(message: bytes) -> None:
    assert header_start(message) == 0
