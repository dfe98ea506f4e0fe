"""Octets in, request and message out, however they are cut."""

import time
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filter.spamd.reader import FIELDS, LINE, Phase, RequestReader
from filter.spamd.request import Verb
from tests.spamd_door import HAM, SPAM, asked

LIMIT = 10_000


def reader_of(*parts: bytes, end: bool = True, limit: int = LIMIT, tell: bool = True) -> RequestReader:
    reader = RequestReader(limit, tell)
    for part in parts:
        if not reader.complete:
            reader.feed(part)
    if end and not reader.complete:
        reader.end()
    return reader


def outcome(reader: RequestReader) -> tuple[object, ...]:
    content = b"" if reader.spool.too_big else reader.spool.ready().read()
    return reader.phase, reader.refusal, reader.request, content, reader.spool.too_big


def cut(octets: bytes, size: int) -> list[bytes]:
    return [octets[start : start + size] for start in range(0, len(octets), size)]


LINES = st.lists(
    st.sampled_from(
        [
            b"CHECK SPAMC/1.5", b"PROCESS SPAMC/1.0", b"TELL SPAMC/1.5", b"PING SPAMC/1.5", b"SKIP SPAMC/1.2",
            b"Content-length: 5", b"Content-length: 0", b"Content-length: 40", b"Compress: zlib", b"User: bob",
            b"Message-class: spam", b"Set: local", b"", b"Subject: x", b"hello", b":", b"\x00\xff", b"x" * 9000,
        ]
    ),
    max_size=12,
)  # fmt: skip
ENDS = st.lists(st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b""]), min_size=12)


def joined(lines: list[bytes], ends: list[bytes]) -> bytes:
    return b"".join(line + end for line, end in zip(lines, ends, strict=False))


STREAMS = st.builds(joined, LINES, ENDS) | st.binary()


@given(STREAMS, st.booleans())
@example(asked("CHECK", HAM), True)
@example(asked("CHECK", HAM.rstrip()) + b"more", True)
@example(asked("PROCESS", zlib.compress(SPAM), "Compress: zlib"), False)
@example(asked("CHECK", b"x" * 2 * LIMIT), True)
def test_the_same_however_it_is_cut(octets: bytes, end: bool) -> None:
    whole = outcome(reader_of(octets, end=end))
    for size in (1, 7, 4096):
        assert outcome(reader_of(*cut(octets, size), end=end)) == whole


@given(STREAMS)
def test_every_request_comes_to_an_end(octets: bytes) -> None:
    reader = reader_of(octets)
    assert reader.complete
    assert reader.refusal or reader.request is not None


def test_a_request() -> None:
    reader = reader_of(asked("CHECK", HAM, "User: bob"), end=False)
    assert reader.complete
    assert reader.request is not None
    assert (reader.request.verb, reader.request.user) == (Verb.CHECK, b"bob")
    assert reader.spool.ready().read() == HAM


def test_a_second_request_is_no_part_of_the_protocol() -> None:
    reader = reader_of(asked("CHECK", HAM) + asked("CHECK", SPAM))
    assert reader.spool.ready().read() == HAM


def test_without_a_length_the_end_ends_the_message() -> None:
    octets = b"CHECK SPAMC/1.5\r\n\r\n" + HAM
    assert reader_of(octets, end=False).phase is Phase.MESSAGE
    assert reader_of(octets).spool.ready().read() == HAM


def test_a_last_line_without_end_is_waited_for_until_it_is_settled() -> None:
    octets = asked("CHECK", HAM.rstrip())
    waiting = reader_of(octets, end=False)
    assert waiting.phase is Phase.LAST_LINE
    waiting.settle()
    assert (waiting.complete, waiting.refusal) == (True, b"")
    assert reader_of(octets).refusal == b""
    assert b"Expected 151 bytes, got 155 bytes" in reader_of(octets, b"abc\n", b"def\n", end=False).refusal
    assert b"Expected 151 bytes, got 154 bytes" in reader_of(octets, b"abc").refusal


def test_what_is_compressed_has_no_lines_to_wait_for() -> None:
    octets = zlib.compress(SPAM)
    assert not octets.endswith(b"\n")
    assert reader_of(asked("CHECK", octets, "Compress: zlib"), end=False).complete


def test_settling_ends_nothing_else() -> None:
    reader = reader_of(asked("CHECK", HAM)[:-5], end=False)
    reader.settle()
    assert not reader.complete


def test_lines_and_their_number_are_bounded() -> None:
    start = b"CHECK SPAMC/1.5\r\n"
    assert b"(line too long)" in reader_of(b"x" * LINE).refusal
    assert b"(line too long)" in reader_of(start, b"User: " + b"x" * LINE).refusal
    assert b"(too many headers)" in reader_of(start + b"X: y\r\n" * FIELDS).refusal
    assert reader_of(start + b"X: y\r\n" * (FIELDS - 1) + b"\r\n").refusal == b""


def test_a_message_that_is_too_big_is_still_read_to_its_end() -> None:
    reader = reader_of(asked("CHECK", b"x" * (LIMIT + 1)), end=False)
    assert (reader.phase, reader.spool.too_big) == (Phase.LAST_LINE, True)
    reader.end()
    assert (reader.complete, reader.refusal) == (True, b"")


@pytest.mark.parametrize("length", [b"", b"Content-length: 99999999999999999999\r\n", b"Content-length: 1\r\n"])
def test_but_not_one_without_end(length: bytes) -> None:
    reader = RequestReader(LIMIT, tell=False)
    reader.feed(b"CHECK SPAMC/1.5\r\n" + length + b"\r\n")
    fed = 0
    while not reader.complete:
        reader.feed(b"x" * 1000)
        fed += 1000
    assert fed <= 2 * LIMIT + 1000


def test_begun_means_that_an_octet_has_come() -> None:
    assert not reader_of(end=False).begun
    assert reader_of(b"C", end=False).begun


def test_a_lesson_is_refused_before_its_message() -> None:
    head = asked("TELL", HAM, "Set: local", "Message-class: ham")[: -len(HAM)]
    assert b"TELL commands are not enabled" in reader_of(head, end=False, tell=False).refusal


@pytest.mark.slow
def test_octet_by_octet_costs_no_more_than_octets() -> None:
    """Fields are bounded, so that the slowest client costs a second for 400 KB of them, not minutes."""
    octets = b"CHECK SPAMC/1.5\r\n" + (b"X: " + b"y" * 8000 + b"\r\n") * 50
    start = time.process_time()
    reader_of(*cut(octets, 1))
    assert time.process_time() - start < 10.0
