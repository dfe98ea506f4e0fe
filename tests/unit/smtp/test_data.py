"""The end of data: proved over all short bodies, against readers that end a message elsewhere."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.smtp.data import DataReader, stuffed

ALPHABET = (b"\r", b"\n", b".", b"x")

# Where other software sees the end of data. Each pattern matches from the first octet after the DATA command's CRLF.
STRICT = re.compile(rb"(?:\A|\r\n)\.\r\n")
POSTFIX = re.compile(rb"(?:\A|\n)\.\r*\n")  # as shipped by Debian 12: smtpd_forbid_bare_newline = no
CR_TOLERANT = re.compile(rb"(?:\A|\r\n|\r|\n)\.(?:\r\n|\r|\n)")


def read(octets: bytes, *cuts: int) -> tuple[DataReader, bytes]:
    """Feed `octets` in pieces; return the reader and the content."""
    reader, content = DataReader(), b""
    for start, stop in itertools.pairwise((0, *sorted(cuts), len(octets))):
        if reader.done:
            reader.rest += octets[start:stop]
        else:
            content += reader.feed(octets[start:stop])
    return reader, content


def send(content: bytes) -> bytes:
    return b"".join(stuffed([content]))


def ends(pattern: re.Pattern[bytes], octets: bytes) -> list[int]:
    return [match.end() for match in pattern.finditer(octets)]


@pytest.mark.parametrize("length", range(7))
def test_every_reader_behind_us_sees_the_end_where_we_sent_it(length: int) -> None:
    for letters in itertools.product(ALPHABET, repeat=length):
        reader, content = read(b"".join(letters) + b"\r\n.\r\n")
        assert reader.done
        if reader.smuggling:
            continue
        out = send(content)
        for pattern in (STRICT, POSTFIX, CR_TOLERANT):
            assert ends(pattern, out)[0] == len(out), (letters, out)


@pytest.mark.parametrize("length", range(6))
def test_chunks_make_no_difference(length: int) -> None:
    for letters in itertools.product(ALPHABET, repeat=length):
        octets = b"".join(letters) + b"\r\n.\r\nQUIT\r\n"
        whole, content = read(octets)
        pieces, again = read(octets, *range(1, len(octets)))
        assert (content, whole.rest, whole.smuggling) == (again, pieces.rest, pieces.smuggling), letters


@given(st.lists(st.sampled_from([*ALPHABET, b"\r\n", b"\r\n.", b"\n.", b"\r."])), st.lists(st.integers(0, 60)))
def test_random_chunks_make_no_difference(words: list[bytes], cuts: list[int]) -> None:
    octets = b"".join(words) + b"\r\n.\r\nrest"
    whole, content = read(octets)
    pieces, again = read(octets, *(min(cut, len(octets)) for cut in cuts))
    assert (content, whole.rest, whole.smuggling) == (again, pieces.rest, pieces.smuggling)


@given(st.lists(st.binary(max_size=8)))
def test_a_message_with_good_line_ends_comes_through_unchanged(lines: list[bytes]) -> None:
    content = b"".join(re.sub(rb"[\r\n]", b"", line) + b"\r\n" for line in lines)
    reader, received = read(send(content) + b"NOOP\r\n")
    assert (received, reader.rest, reader.smuggling) == (content, b"NOOP\r\n", False)


@given(st.lists(st.sampled_from([*ALPHABET, b"\r\n"])).map(b"".join), st.integers(1, 7))
def test_stuffing_does_not_depend_on_chunks(content: bytes, size: int) -> None:
    chunks = [content[i : i + size] for i in range(0, len(content), size)]
    assert b"".join(stuffed(chunks)) == send(content)


@pytest.mark.parametrize(
    ("octets", "content"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"a\r\n..\r\n.\r\n", b"a\r\n.\r\n"),
        (b"a\nb\r\n.\r\n", b"a\r\nb\r\n"),
        (b"a\n..b\r\n.\r\n", b"a\r\n..b\r\n"),  # not the start of a line for the sender: nothing to unstuff
        (b"a\rb\r\r\n.\r\n", b"a\rb\r\r\n"),
    ],
)
def test_content(octets: bytes, content: bytes) -> None:
    reader, received = read(octets)
    assert (received, reader.done, reader.smuggling) == (content, True, False)


@pytest.mark.parametrize("odd", [b"\n.\r\n", b"\r\n.\n", b"\n.\n", b"\r.\r", b"\r\n.\r\r\n", b"\r\n.\r", b"\n.\r"])
def test_lone_dot_beside_an_odd_line_end_is_smuggling(odd: bytes) -> None:
    reader, _ = read(b"a" + odd + b"b\r\n.\r\n")
    assert reader.smuggling


def test_what_is_kept_stays_small() -> None:
    reader = DataReader()
    for chunk in (b"\r" * 10_000, b"\n" * 10_000, b"." * 10_000, b"\r\n" * 10_000):
        reader.feed(chunk)
        assert len(reader._kept) <= 4
