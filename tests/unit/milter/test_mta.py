"""A message cut up and changed as a mail server does it."""

import pytest

from filter.milter.frames import MilterError
from filter.milter.incoming import Incoming
from filter.milter.mta import PART, Letter
from filter.milter.words import indexed


def test_fields_and_body() -> None:
    letter = Letter(b"From: a\nSubject:b\n\tc\nX :d\n\nText\n.\n")
    assert letter.fields == [(b"From", b" a"), (b"Subject", b"b\n\tc"), (b"X ", b"d")]
    assert letter.body == b"Text\r\n.\r\n"


MESSAGES = {
    "CRLF": b"A: b\r\nC:d\r\n e\r\n\r\ntext\r\n",
    "no body": b"A: b\r\n\r\n",
    "no header": b"\r\ntext",
    "garbage in the header": b"A: b\r\nwhat is this?\r\nC: d\r\n\r\ntext",
    "a space before the colon": b"A : b\r\n\r\nx",
    "odd octets": b"A:\xff\r\x01\r\n\r\n\x00\r\xfe",
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_a_filter_puts_together_what_we_cut_up(message: bytes) -> None:
    letter, incoming = Letter(message), Incoming(b"", 1000)
    for name, value in letter.fields:
        incoming.add_field(name + b"\0" + value + b"\0")
    for part in (*letter.parts(), b""):
        incoming.add_body(part)
    assert incoming.spool.ready().read() == message


def test_the_separator_line_of_a_mailbox_is_left_out() -> None:
    assert Letter(b"From a@b Mon Jan  1 00:00:00 2024\n>From x\nA: b\n\nc").fields == [(b"A", b" b")]


def test_text_without_a_header_is_a_body() -> None:
    letter = Letter(b"Hello, world\nA: b\n")
    assert (letter.fields, letter.body) == ([], b"Hello, world\r\nA: b\r\n")


def test_a_header_without_an_end() -> None:
    for message in (b"A: b", b"A: b\n"):
        letter = Letter(message)
        assert (letter.fields, letter.body, list(letter.parts())) == ([(b"A", b" b")], b"", [])


def test_a_long_body_is_handed_over_in_parts() -> None:
    letter = Letter(b"\n" + b"x" * (PART + 1))
    assert [len(part) for part in letter.parts()] == [PART, 1]


def test_changes_are_made_in_order() -> None:
    letter = Letter(b"a: 1\nB: 2\nA: 3\nA: 4\n\n")
    letter.change(b"m", indexed(3, b"A", b""))
    letter.change(b"m", indexed(2, b"A", b" new"))
    letter.change(b"m", indexed(9, b"A", b""))
    letter.change(b"i", indexed(0, b"Top", b" t"))
    letter.change(b"h", b"Bottom\0 b\0")
    assert letter.fields == [(b"Top", b" t"), (b"a", b" 1"), (b"B", b" 2"), (b"A", b" new"), (b"Bottom", b" b")]


def test_place_0_is_the_first_as_in_postfix() -> None:
    letter = Letter(b"A: 1\nA: 2\n\n")
    letter.change(b"m", indexed(0, b"A", b""))
    assert letter.fields == [(b"A", b" 2")]


def test_what_may_not_be_changed_stays() -> None:
    with pytest.raises(MilterError, match="not offered"):
        Letter(b"").change(b"b", b"new body")


def test_changes_without_end_are_refused() -> None:
    letter = Letter(b"")
    for _ in range(10_000):
        letter.change(b"m", indexed(1, b"A", b""))
    with pytest.raises(MilterError, match="more changes"):
        letter.change(b"m", indexed(1, b"A", b""))


def test_marks_are_the_first_of_each_name() -> None:
    letter = Letter(b"X-Spam-Flag: YES\nx-spam-flag: NO\nX-Spam-Status: a,\n\tb\nSubject: x\n\n")
    assert letter.marks() == {"x-spam-flag": "YES", "x-spam-status": "a,\tb"}
