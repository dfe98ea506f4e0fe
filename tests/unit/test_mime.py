"""The structure of messages: line ends, header fields, parts."""

import pytest

from filter.limits import Fact, Limits
from filter.mime import Header, Part, Reader, first_of_each, normalise, text_of

LIMITS = Limits()


def read(raw: bytes, limits: Limits = LIMITS) -> tuple[list[Header], list[Part], set[Fact]]:
    facts: set[Fact] = set()
    reader = Reader(normalise(raw, facts, limits), facts, limits)
    headers, body = reader.headers(0, len(reader.raw))
    return headers, reader.leaves(first_of_each(headers), body), facts


def types(raw: bytes) -> list[str]:
    return [part.content_type for part in read(raw)[1]]


def bodies(raw: bytes) -> list[bytes]:
    return [part.body for part in read(raw)[1]]


@pytest.mark.parametrize(
    ("raw", "lines", "facts"),
    [
        (b"a\r\nb\r\n", b"a\nb\n", set()),
        (b"a\nb\n", b"a\nb\n", set()),
        (b"a\rb\r", b"a\nb\n", {Fact.BARE_CR}),
        (b"a\r\r\nb", b"a\nb", {Fact.BARE_CR}),
        (b"a\r\r\r\nb", b"a\nb", {Fact.BARE_CR}),
        (b"a\r\r\r\r\r\nb", b"a\nb", {Fact.BARE_CR}),
        (b"a\r\r\r\r\r\r\nb", b"a\n\nb", {Fact.BARE_CR}),
        (b"a\r\nb\nc\r\n", b"a\nb\nc\n", set()),
        (b"a\r\nb\r", b"a\nb\n", {Fact.BARE_CR}),
        (b"a\n\rb", b"a\n\nb", {Fact.BARE_CR}),
        (b"a\0b", b"a\0b", {Fact.NUL}),
        (b"", b"", set()),
    ],
)
def test_line_ends(raw: bytes, lines: bytes, facts: set[Fact]) -> None:
    seen: set[Fact] = set()
    assert normalise(raw, seen, LIMITS) == lines
    assert seen == facts


def test_every_octet_stays() -> None:
    octets = bytes(octet for octet in range(1, 256) if octet not in b"\r\n")
    facts: set[Fact] = set()
    assert normalise(octets + b"\r\n" + octets, facts, LIMITS) == octets + b"\n" + octets
    assert not facts


@pytest.mark.parametrize("size", [2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20])
def test_long_messages_are_read_in_pieces_that_nobody_sees(size: int) -> None:
    line, facts = b"x" * 62 + b"\r\n", set[Fact]()
    raw = (line * (size // 64 + 1))[-size:]
    assert normalise(raw, facts, LIMITS) == raw.replace(b"\r\n", b"\n")
    assert not facts


def test_message_is_cut_at_its_limit() -> None:
    facts: set[Fact] = set()
    assert normalise(b"12345678", facts, Limits(message=5)) == b"12345"
    assert facts == {Fact.SIZE_CUT}


@pytest.mark.parametrize(
    ("raw", "headers", "body", "facts"),
    [
        (b"Subject: hi\r\nTo: a@b\r\n\r\ntext", [("subject", b"hi"), ("to", b"a@b")], b"text", set()),
        (b"SUBJECT:hi\n\ntext", [("subject", b"hi")], b"text", set()),
        (b"Subject: one\n two\n\tthree\n\ntext", [("subject", b"one two\tthree")], b"text", set()),
        # Obsolete syntax: white space before the colon (RFC 5322 section 4.5).
        (b"Subject : hi\n\ntext", [("subject", b"hi")], b"text", set()),
        # The separator line of an mbox is no field and does not end the header.
        (b"From a@b Mon Jan 1 10:00\nSubject: hi\n\ntext", [("subject", b"hi")], b"text", set()),
        # The blank line was forgotten: the first line that is no field begins the text.
        (b"Subject: hi\nHello there\nAll: well\n\nbye", [("subject", b"hi")], b"Hello there\nAll: well\n\nbye",
         {Fact.NO_SEPARATOR}),
        (b"Hello there\n\nbye", [], b"Hello there\n\nbye", {Fact.NO_SEPARATOR}),
        (b"\nno header", [], b"no header", set()),
        (b" folded first\nSubject: hi\n\ntext", [], b" folded first\nSubject: hi\n\ntext", {Fact.NO_SEPARATOR}),
        (b">From a@b\n folded\n\ntext", [], b" folded\n\ntext", {Fact.NO_SEPARATOR}),
        (b"From : a@b\n\ntext", [("from", b"a@b")], b"text", set()),
        (b"From a@b Mon Jan 1 10:00\n\ntext", [], b"text", set()),
        # No field has no name, nor a name that is folded; a long name is cut.
        (b"Subject: hi\n: all\n\nbye", [("subject", b"hi")], b": all\n\nbye", {Fact.NO_SEPARATOR}),
        (b"Subject\n : hi\n\nbye", [], b"Subject\n : hi\n\nbye", {Fact.NO_SEPARATOR}),
        (b"X" * 300 + b": hi\n\ntext", [("x" * 200, b"hi")], b"text", set()),
        (b"X" * 300 + b" y: hi\n\ntext", [], b"X" * 300 + b" y: hi\n\ntext", {Fact.NO_SEPARATOR}),
        (b"Subject: no body", [("subject", b"no body")], b"", set()),
        (b"Subject: hi\n\n", [("subject", b"hi")], b"", set()),
        (b"", [], b"", set()),
        (b"Subject:\n\ntext", [("subject", b"")], b"text", set()),
        (b"Subject: a\rTo: b\r\rtext", [("subject", b"a"), ("to", b"b")], b"text", {Fact.BARE_CR}),
    ],
)  # fmt: skip
def test_header_and_body(raw: bytes, headers: list[tuple[str, bytes]], body: bytes, facts: set[Fact]) -> None:
    found, parts, seen = read(raw)
    assert [(header.name, header.value) for header in found] == headers
    assert [part.body for part in parts] == [body]
    assert seen == facts


def test_first_of_repeated_content_fields_counts() -> None:
    assert types(b"Content-Type: text/html\nContent-Type: image/png\n\nx") == ["text/html"]


@pytest.mark.parametrize(
    ("field", "content_type"),
    [
        (b"text/html", "text/html"),
        (b"TEXT/HTML; charset=x", "text/html"),
        (b" text / html", "text/html"),
        (b"text/html charset=x", "text/html"),
        (b"application/vnd.ms-excel", "application/vnd.ms-excel"),
        (b"text", "text/plain"),
        (b"", "text/plain"),
        (b"/", "text/plain"),
        (b"\xff\xfe/x", "text/plain"),
    ],
)
def test_content_type(field: bytes, content_type: str) -> None:
    assert types(b"Content-Type: " + field + b"\n\nx") == [content_type]


def test_details_of_a_leaf() -> None:
    _, [part], _ = read(
        b"Content-Type: application/pdf; name=other.pdf\r\n"
        b"Content-Transfer-Encoding: BASE64\r\n"
        b"Content-Disposition: Attachment; filename*=utf-8''caf%C3%A9.pdf\r\n\r\nJVBERg=="
    )
    assert (part.encoding, part.disposition, part.filename, part.depth) == ("base64", "attachment", "café.pdf", 0)
    assert part.body == b"JVBERg=="


@pytest.mark.parametrize(
    "field", [b"base64", b"BASE64", b'"base64"', b" base64 ", b"base64; x=y", b"base64 ;"], ids=repr
)
def test_transfer_encoding_is_named_leniently(field: bytes) -> None:
    _, [part], _ = read(b"Content-Transfer-Encoding: " + field + b"\n\nx")
    assert part.encoding == "base64"


def mixed(*lines: bytes, boundary: bytes = b"b") -> bytes:
    return b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n" + b"\r\n".join(lines)


@pytest.mark.parametrize(
    ("raw", "expected", "facts"),
    [
        (mixed(b"preamble", b"--b", b"", b"one", b"--b", b"", b"two", b"--b--", b"epilogue"), [b"one", b"two"], set()),
        (mixed(b"--b", b"", b"one", b"--b--"), [b"one"], set()),
        # RFC 2046 section 5.1.1: the line end before a boundary belongs to it.
        (mixed(b"--b", b"", b"one", b"", b"--b--"), [b"one\n"], set()),
        # White space after a boundary was added in transport.
        (mixed(b"--b  \t", b"", b"one", b"--b-- "), [b"one"], set()),
        # What only begins like a boundary is text.
        (mixed(b"--b", b"", b"--bc", b"--b-", b" --b", b"--b--"), [b"--bc\n--b-\n --b"], set()),
        (mixed(b"--b", b"", b"one", b"--b", b"", b"two"), [b"one", b"two"], {Fact.BOUNDARY_UNCLOSED}),
        (mixed(b"--c", b"", b"one", b"--c--"), [b"--c\n\none\n--c--"], {Fact.BOUNDARY_UNSEEN}),
        (mixed(b"--", b"", b"one", boundary=b""), [b"--\n\none"], {Fact.NO_BOUNDARY}),
        (mixed(b"--b", b"", b"one", b"--b--", boundary=b'"b "'), [b"one"], set()),
        (mixed(b"--\xe9", b"", b"one", b"--\xe9--", boundary=b"\xe9"), [b"one"], set()),
        (mixed(b"--b", b"--b", b"--b--"), [b"", b""], set()),
        (mixed(b"--b--", b"--b", b"", b"late"), [b"--b--\n--b\n\nlate"], {Fact.BOUNDARY_UNSEEN}),
    ],
)
def test_multipart(raw: bytes, expected: list[bytes], facts: set[Fact]) -> None:
    _, parts, seen = read(raw)
    assert [part.body for part in parts] == expected
    assert seen == facts


def test_multipart_that_cannot_be_split_is_shown_as_text() -> None:
    assert types(mixed(b"--c", b"", b"one")) == ["text/plain"]


def test_forwarded_message_is_read() -> None:
    raw = b"Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: text/html\n\n<p>hi"
    _, [part], _ = read(raw)
    assert (part.content_type, part.body, part.depth) == ("text/html", b"<p>hi", 1)


def test_digest_holds_messages_unless_told_otherwise() -> None:
    raw = b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\nfirst\n--b--\n"
    assert bodies(raw) == [b"first"]


def test_alternative_in_mixed() -> None:
    inner = mixed(b"--i", b"", b"plain", b"--i", b"Content-Type: text/html", b"", b"<p>html", b"--i--", boundary=b"i")
    raw = mixed(b"--b", inner, b"--b", b"Content-Type: image/png", b"", b"PNG", b"--b--")
    assert types(raw) == ["text/plain", "text/html", "image/png"]
    assert [part.depth for part in read(raw)[1]] == [2, 2, 1]


def nested(depth: int) -> bytes:
    opened = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(depth))
    return b"".join(opened) + b"\nbottom"


def test_depth_is_limited() -> None:
    assert bodies(nested(16)) == [b"bottom"]
    _, [part], facts = read(nested(17))
    assert part.body == b"--b16\n\nbottom"
    assert part.content_type == "text/plain"
    assert Fact.DEPTH_CUT in facts


def test_forwarding_depth_is_limited() -> None:
    forwarded = b"Content-Type: message/rfc822\n\n"
    assert types(forwarded * 16 + b"\nbottom") == ["text/plain"]
    _, [part], facts = read(forwarded * 17 + b"\nbottom")
    assert part.content_type == "message/rfc822"
    assert facts == {Fact.DEPTH_CUT}


def test_searching_is_limited() -> None:
    """Multiparts that are never closed all reach to the end of the message."""
    raw = nested(4)
    _, [part], facts = read(raw, Limits(searched=len(raw) * 3 // 2))
    assert part.body.endswith(b"--b3\n\nbottom")
    assert Fact.DEPTH_CUT in facts


@pytest.mark.parametrize(("count", "cut"), [(3, False), (4, True), (5, True), (50, True)])
def test_parts_are_limited(count: int, cut: bool) -> None:
    raw = mixed(*[b"--b\n\nx"] * count, b"--b--")
    _, parts, facts = read(raw, Limits(parts=3))
    assert len(parts) == 3
    assert facts == ({Fact.PARTS_CUT} if cut else set())


def test_near_boundaries_are_limited() -> None:
    raw = mixed(b"--b", b"", *[b"--bx"] * 5, b"--b", b"", b"unread", b"--b--")
    _, parts, facts = read(raw, Limits(near_boundaries=4))
    assert len(parts) == 1
    assert Fact.PARTS_CUT in facts


def test_header_fields_are_limited_in_number() -> None:
    headers, [part], facts = read(b"A: 1\nB: 2\nC: 3\n\ntext", Limits(headers=2))
    assert [header.name for header in headers] == ["a", "b"]
    assert part.body == b"text"
    assert facts == {Fact.HEADERS_CUT}


def test_header_is_limited_in_size_and_the_body_is_still_found() -> None:
    headers, [part], facts = read(b"A: 1\nLong-Name: 2\nC: 3\n\ntext", Limits(header=9))
    assert [header.name for header in headers] == ["a"]
    assert part.body == b"text"
    assert facts == {Fact.HEADER_CUT}


def test_headers_of_all_parts_share_one_budget() -> None:
    raw = mixed(*[b"--b\nX-Long: 123456789\nContent-Type: text/html\n\nx"] * 10, b"--b--")
    _, parts, facts = read(raw, Limits(header=200))
    assert [part.body for part in parts] == [b"x"] * 10
    assert parts[0].content_type == "text/html"
    assert parts[9].content_type == "text/plain"  # its header was no longer read
    assert facts == {Fact.HEADER_CUT}


def test_header_values_are_limited() -> None:
    [header], _, _ = read(b"A: 123456789\n\n", Limits(header_value=4))
    assert header.value == b"123"


def part(body: bytes, charset: str = "", encoding: str = "") -> Part:
    return Part("text/plain", {"charset": charset} if charset else {}, encoding, "", "", 0, body)


@pytest.mark.parametrize(
    ("leaf", "text", "facts"),
    [
        (part(b"plain"), "plain", set()),
        (part(b"caf=C3=A9", "UTF-8", "quoted-printable"), "café", set()),
        (part(b"Y2Fmw6k=", "utf-8", "base64"), "café", set()),
        (part(b"Y2Fm6Q==", "iso-8859-1", "base64"), "café", set()),
        (part(b"caf\xe9", "utf-8"), "café", {Fact.BAD_CHARSET}),
        (part(b"caf\xe9", "x-evil"), "café", {Fact.BAD_CHARSET}),
        (part(b"v\0ia\0gra", "utf-8"), "viagra", set()),
        (part(b"text", "", "x-evil"), "text", {Fact.BAD_TRANSFER_ENCODING}),
    ],
)
def test_text_of_a_part(leaf: Part, text: str, facts: set[Fact]) -> None:
    seen: set[Fact] = set()
    assert text_of(leaf, seen, LIMITS) == text
    assert seen == facts


@pytest.mark.parametrize(
    ("charset", "text"), [("utf-8", "漢字漢字"), ("gb18030", "漢字漢字"), ("utf-16-le", "漢字漢字")]
)
@pytest.mark.parametrize("limit", range(3, 9))
def test_text_cut_inside_a_character_keeps_its_charset(charset: str, text: str, limit: int) -> None:
    """The last half character is no sign that the label lied."""
    seen: set[Fact] = set()
    found = text_of(part(text.encode(charset) + b" " * 9, charset), seen, Limits(part_text=limit))
    assert text.startswith(found.rstrip())
    assert len(found) >= 1
    assert seen == {Fact.TEXT_CUT}
