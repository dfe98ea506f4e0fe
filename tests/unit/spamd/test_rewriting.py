"""Messages with our headers: the line ends stay, and the length is known before the message is read."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filter.headers import HeaderTooBigError, edited
from filter.spamd.rewriting import HEADER, Rewritten, header_alone, processed, whole

OURS = b"X-Spam-Flag: NO\r\nX-Spam-Status: No,\r\n\tscore=1\r\n"
OURS_LF = OURS.replace(b"\r\n", b"\n")
MESSAGE = (
    b"From: a@example.org\nX-Spam-Flag: YES\nx-hamgate-hold : yes\n and more\nSubject: x\n\nX-Spam-Flag: in the text\n"
)
KEPT = b"From: a@example.org\nSubject: x\n"


def crlf(octets: bytes) -> bytes:
    return octets.replace(b"\n", b"\r\n")


def text(made: Rewritten) -> bytes:
    octets = b"".join(made.octets)
    assert len(octets) == made.length
    return octets


def process(octets: bytes) -> bytes:
    return text(processed(io.BytesIO(octets), len(octets), OURS))


def headers(octets: bytes) -> bytes:
    return text(header_alone(io.BytesIO(octets), OURS))


def test_forged_headers_out_ours_on_top_the_text_untouched() -> None:
    assert process(MESSAGE) == OURS_LF + KEPT + b"\nX-Spam-Flag: in the text\n"
    assert process(crlf(MESSAGE)) == OURS + crlf(KEPT + b"\nX-Spam-Flag: in the text\n")


def test_the_header_alone_ends_with_its_empty_line() -> None:
    assert headers(MESSAGE) == OURS_LF + KEPT + b"\n"
    assert headers(crlf(MESSAGE)) == OURS + crlf(KEPT + b"\n")
    assert text(header_alone(io.BytesIO(MESSAGE), None)) == MESSAGE[: MESSAGE.index(b"\n\n") + 2]


def test_the_first_line_says_how_lines_end() -> None:
    assert process(b"From: a\r\nTo: b\n\ntext\n") == OURS + b"From: a\r\nTo: b\n\ntext\n"
    assert process(b"From: a\nTo: b\r\n\r\ntext\n") == OURS_LF + b"From: a\nTo: b\r\n\r\ntext\n"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (b"", OURS_LF),
        (b"\ntext\n", OURS_LF + b"\ntext\n"),
        (b"\r\ntext\r\n", OURS_LF + b"\r\ntext\r\n"),
        (b"Subject: only\n", OURS_LF + b"Subject: only\n"),
        (b"Subject: only", OURS_LF + b"Subject: only"),
        (b"Subject: x\nX-Spam-Flag: YES", OURS_LF + b"Subject: x"),
        (b" no header\nat all\n", OURS_LF + b"\n no header\nat all\n"),
        (b"\tno header\r\n", OURS + b"\r\n\tno header\r\n"),
        (
            b"From a@b Tue Mar  5 10:00:00 2024\nTo: c\n\n",
            b"From a@b Tue Mar  5 10:00:00 2024\n" + OURS_LF + b"To: c\n\n",
        ),
    ],
)
def test_odd_messages(message: bytes, expected: bytes) -> None:
    assert process(message) == expected


PARTS = st.sampled_from([b"\n", b"\r\n", b"\r", b"X-Spam-Flag: YES", b"Subject: x", b" ", b"text", b"\x00", b"From "])


@given(st.lists(PARTS, max_size=12).map(b"".join))
@example(b"Subject: x\r\n\r\n\r\n")
def test_the_length_is_right_and_the_text_stays(octets: bytes) -> None:
    made = process(octets)
    header = headers(octets)
    assert made.startswith(header.removesuffix(b"\n"))
    empty = octets.find(b"\n\n")
    if empty > 0:
        assert made.endswith(octets[empty + 2 :])


@given(st.lists(PARTS, max_size=12).map(b"".join))
def test_mail_from_the_wire_is_edited_as_by_the_proxy(octets: bytes) -> None:
    message = b"From: a\r\n" + crlf(octets.replace(b"\r", b"")) + b"\r\n\r\n"
    assert process(message) == b"".join(edited(io.BytesIO(message), OURS, HEADER))


def test_no_octet_changes_where_there_are_no_headers_of_ours() -> None:
    assert text(whole(io.BytesIO(MESSAGE), len(MESSAGE))) == MESSAGE


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n"])
@pytest.mark.parametrize("around", range(65536 - 5, 65536 + 5))
def test_an_empty_line_is_found_across_the_parts_of_a_file(around: int, end: bytes) -> None:
    message = b"A: " + b"x" * (around - 3) + end + b"text\n\nmore"
    assert text(header_alone(io.BytesIO(message), None)) == message[: around + len(end)]


def test_a_header_without_end_is_refused() -> None:
    with pytest.raises(HeaderTooBigError):
        process(b"A: b\n" * (HEADER // 5 + 20000))
    with pytest.raises(HeaderTooBigError):
        process(b"A: b\n" * (HEADER // 5 + 2) + b"\n")
