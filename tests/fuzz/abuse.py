"""Hostile messages, each made to exhaust a reader: its time, its memory or its stack."""

import base64
import itertools
from collections.abc import Callable

HEAD = b"From: a@b.example\r\nDate: Mon, 1 Jan 2024 10:00:00 +0100\r\nSubject: Re: x\r\nMIME-Version: 1.0\r\n"
MB = 1024 * 1024


def _header(field: bytes) -> bytes:
    return HEAD + field + b"\r\n\r\nbody\r\n"


def _subject(value: bytes) -> bytes:
    return b"From: a@b.example\r\nSubject: " + value + b"\r\n\r\nbody\r\n"


def _text(body: bytes, more: bytes = b"") -> bytes:
    return HEAD + b"Content-Type: text/plain; charset=utf-8\r\n" + more + b"\r\n" + body


def _html(body: str) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body.encode()


def _html_to(size: int, pattern: str, start: str = "", end: str = "") -> bytes:
    """HTML of `size` characters that repeats `pattern`; # in it is a running number."""
    numbers = itertools.count() if "#" in pattern else itertools.repeat(0)
    pieces, length = [start], 0
    while length < size:
        pieces.append(pattern.replace("#", str(next(numbers))))
        length += len(pieces[-1])
    return _html("".join([*pieces, end]))


def _mixed(body: bytes) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body


def _parts(count: int, part: bytes) -> bytes:
    return _mixed((b"--b\r\n" + part + b"\r\n") * count + b"--b--\r\n")


def _nested(depth: int, filling: bytes = b"") -> bytes:
    """Multiparts in multiparts, each with its own boundary, none closed."""
    opened = (
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n" % i + filling + b"--b%d\r\n" % i for i in range(depth)
    )
    return HEAD + b"".join(opened) + b"\r\nbody\r\n"


def _forwarded(depth: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: inner\r\n\r\nbody\r\n"


def _same_boundary(depth: int) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * depth + b"\r\nbody\r\n"


def _charset(label: bytes) -> bytes:
    return HEAD + b'Content-Type: text/plain; charset="' + label + b'"\r\n\r\nbody \xff\xfe\r\n'


def _empty_text(encoding: bytes, charset: bytes, body: bytes) -> bytes:
    """Many text parts that cost a decoder its time and give next to no text."""
    head = b"Content-Type: text/plain; charset=" + charset + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n"
    return _parts(16 * MB // 64 // 1024, head + (body * (64 * 1024 // len(body) + 1))[: 64 * 1024])


def _formatting_bomb() -> str:
    """Elements that HTML opens again in each paragraph: count times count nodes (WHATWG HTML section 13.2.4.3)."""
    return "<p>" + "".join(f"<b x{i}>" for i in range(2500)) + "<p>x" * 6000


def all_at_once() -> bytes:
    """The dearest HTML, the dearest text, header and structure, in one message."""
    html = b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<dl><li>" * 6144 + b"\r\n"
    text = b"--b\r\nContent-Type: text/plain; charset=gb18030\r\n\r\n" + "漢a".encode("gb18030") * 80_000 + b"\r\n"
    header = b"X-Mailer: " + "é ".encode() * 5000 + b"\r\n" + b"Received: from a.b.c.d.e.f\r\n" * 900
    return header + _mixed(html + text * 3 + b"--b\r\n" + _nested(16) + b"\r\n--" * (3 * MB))


ABUSE: dict[str, Callable[[], bytes]] = {
    # --- structure
    "nested multipart x1000": lambda: _nested(1000),
    "nested multipart x5000": lambda: _nested(5000),
    "rfc822 x5000": lambda: _forwarded(5000),
    "same boundary x5000": lambda: _same_boundary(5000),
    "100k parts": lambda: _parts(100_000, b"\r\nx"),
    "100k parts without end": lambda: _mixed(b"--b\r\n\r\nx\r\n" * 100_000),
    "empty parts": lambda: _mixed(b"--b\r\n" * 1_000_000),
    "near-miss boundaries": lambda: _mixed(b"--b\r\n\r\nx\r\n" + b"--bx\r\n" * 1_000_000),
    "near-miss boundaries, nested": lambda: _nested(16, b"--b1x\r\n--b2x\r\n" * 50_000),
    "nested unclosed over 10 MB": lambda: _nested(16) + b"filler text\r\n" * 800_000,
    "nested unclosed over 10 MB of boundary starts": lambda: _nested(16) + b"\r\n--" * (10 * MB // 4),
    "rfc822 over 16 MB without blank line": lambda: _forwarded(20)[:-8] + b"X: y\r\n" * (16 * MB // 6),
    "rfc822 over 16 MB of lines": lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 16 + b"\n x" * (5 * MB),
    "long boundary": lambda: HEAD
    + b"Content-Type: multipart/mixed; boundary=" + b"-" * 4000 + b"\n\n" + b"-" * (8 * MB),
    "long boundary, lines of dashes": lambda: HEAD
    + b"Content-Type: multipart/mixed; boundary=" + b"-\n-" * 1000 + b"\n\n" + (b"-" * 3990 + b"\n") * 4000,
    "digest of 100k": lambda: HEAD + b"Content-Type: multipart/digest; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 100_000,
    # --- line ends and size
    "30 MB of CRLF": lambda: HEAD + b"\r\n" * (15 * MB),
    "30 MB of CR": lambda: HEAD + b"\r" * (30 * MB),
    "16 MB of CR between text": lambda: HEAD + b"\r\n" + b"a\r\r\r" * (4 * MB),
    "30 MB of NUL": lambda: HEAD + b"\r\n" + b"\0" * (30 * MB),
    "one line of 16 MB": lambda: HEAD + b"\r\n" + b"x" * (16 * MB),
    "one line of 16 MB, no header": lambda: b"x" * (16 * MB),
    "16 MB of spaces": lambda: HEAD + b"\r\n" + b" " * (16 * MB),
    "20k empty lines": lambda: HEAD + b"\r\n" + b"\r\n" * 20_000,
    "20k lines of spaces": lambda: HEAD + b"\r\n" + b" \r\n" * 20_000,
    # --- header
    "100k headers": lambda: HEAD + b"".join(b"X-%d: y\r\n" % i for i in range(100_000)) + b"\r\nbody\r\n",
    "header name flood": lambda: HEAD + b"x" * MB + b": y\r\n\r\nbody\r\n",
    "header names without colon": lambda: HEAD + b"x" * 100_000 + b" " * 100_000 + b"\r\n\r\nbody\r\n",
    "1M folded lines": lambda: _header(b"X-Folded: a" + b"\r\n b" * 1_000_000),
    "1M folded lines in Subject": lambda: _subject(b"a" + b"\r\n b" * 1_000_000),
    "To with 100k addresses": lambda: _header(b"To: " + b", ".join(b"u%d@b.example" % i for i in range(100_000))),
    "From with 100k addresses": lambda: b"From: " + b", ".join(b"u%d@b.example" % i for i in range(100_000)) + b"\n\nx",
    "20k nested comments": lambda: b"From: " + b"(" * 20_000 + b"a@b.example" + b")" * 20_000 + b"\r\n\r\nbody\r\n",
    "50k quotes": lambda: b'From: "' + b'"a" ' * 50_000 + b"\r\n\r\nbody\r\n",
    "50k unclosed quotes in To": lambda: _header(b"To: " + b'"' * 50_001),
    "From: @@@<<<": lambda: b"From: " + b"@" * 9000 + b"<" * 9000 + b"\r\n\r\nbody\r\n",
    "From without @": lambda: b"From: " + b"a" * 16_000 + b"\r\n\r\nbody\r\n",
    "From of dots": lambda: b"From: " + b"a." * 8000 + b"@" + b"a." * 8000 + b"<x@y.example>\r\n\r\nbody\r\n",
    "Message-ID: [[[": lambda: _header(b"Message-ID: " + b"[" * 5000),
    "Date of signs": lambda: b"Date: " + b"+123 " * 5000 + b"\r\n\r\nbody\r\n",
    "Subject of brackets": lambda: _subject(b"[" * 16_000),
    "Subject of spaces": lambda: _subject(b"Re:" + b" " * 200_000 + b"["),
    "Subject of Re:": lambda: _subject(b"Re: " * 4000),
    "5k encoded-words": lambda: _subject(b" ".join([b"=?utf-8?q?abcd?="] * 5_000)),
    "50k encoded-words": lambda: _subject(b"\r\n ".join([b"=?utf-8?q?abcd?="] * 50_000)),
    "encoded-word starts": lambda: _subject(b"=?utf-8?q?" * 70_000),
    "encoded-words of every charset": lambda: _subject(b" ".join(b"=?x-%d?b?/w==?=" % i for i in range(50_000))),
    "one encoded-word of 700 KB": lambda: _subject(b"=?utf-8?b?" + b"QUJD" * 175_000 + b"?="),
    "encoded-words in every mailer field": lambda: HEAD
    + b"X-Mailer: =?utf-7?q?+2AA-?= =?hz?b?fn4=?=\r\n" * 10_000 + b"\r\nbody\r\n",
    "3k content-type parameters": lambda: _header(
        b"Content-Type: text/plain" + b"".join(b";\r\n p%d=v" % i for i in range(3_000))
    ),
    "50k content-type parameters": lambda: _header(
        b"Content-Type: text/plain" + b"".join(b"; p%d=v" % i for i in range(50_000))
    ),
    "50k parameter continuations": lambda: _header(
        b"Content-Type: text/plain" + b"".join(b"; name*%d*=%%41" % i for i in range(50_000))
    ),
    "content-type of 700 KB, unclosed quote": lambda: _header(b'Content-Type: text/plain; name="' + b"x" * 700_000),
    "content-type of quotes": lambda: _header(b"Content-Type: text/plain;" + b'"' * 700_000),
    "content-type of semicolons": lambda: _header(b"Content-Type: text/plain" + b";" * 700_000),
    "content-type of backslashes": lambda: _header(b'Content-Type: text/plain; name="' + b"\\" * 700_000),
    "content-type of spaces": lambda: _header(b"Content-Type:" + b" " * 700_000 + b"text/plain;" + b" " * 9000),
    "content-type parameters of spaces": lambda: _header(b"Content-Type: text/plain" + b"; a     " * 9000),
    "parameters of 1000 parts": lambda: _parts(
        1000,
        b"Content-Type: text/plain" + b'; a*1*=x; b="y\\"' * 100
        + b"\r\nContent-Disposition: a;" + b";x =" * 500 + b"\r\n\r\nx",
    ),
    "file names of dots": lambda: _parts(
        1000, b'Content-Disposition: attachment; filename="' + b".pdf." * 60 + b'"\r\n\r\nx'
    ),
    "long Received": lambda: b"Received: from " + b"a.b-" * 4000 + b" (1.2.3." * 2000 + b"\r\n\r\nbody\r\n",
    "long Received x1000": lambda: b"".join(
        b"Received: from " + piece * 60 + b"\r\n" for piece in (b"a.", b"1.", b" ", b"a-") * 250
    ) + b"\r\nbody\r\n",
    "Received of spaces": lambda: (b"Received: from" + b" \t" * 8000 + b"\r\n") * 20 + b"\r\nbody\r\n",
    # --- charsets and transfer encodings
    **{
        f"charset {label[:12]!r}": lambda label=label: _charset(label)  # type: ignore[misc]
        for label in (b"x-evil", b"\0", b"zlib", b"idna", b"undefined", b"punycode", b"mbcs", b"A" * 60_000, b"../x")
    },
    "base64 lines of one character": lambda: _text(b"A\r\n" * MB, b"Content-Transfer-Encoding: base64\r\n"),
    "base64 of padding": lambda: _text(b"=" * (8 * MB), b"Content-Transfer-Encoding: base64\r\n"),
    "base64 of blocks": lambda: _text(b"QQ==" * MB, b"Content-Transfer-Encoding: base64\r\n"),
    "base64 of junk": lambda: _empty_text(b"base64", b"utf-8", b"*"),
    "quoted-printable soft breaks": lambda: _empty_text(b"quoted-printable", b"utf-8", b"=\r\n"),
    "quoted-printable equal signs": lambda: _text(b"=" * (8 * MB), b"Content-Transfer-Encoding: quoted-printable\r\n"),
    "quoted-printable trailing spaces": lambda: _empty_text(b"quoted-printable", b"utf-8", b" " * 997 + b"\n"),
    "uuencode": lambda: _text(b"begin 644 x\r\n" + b"!00\r\n" * MB, b"Content-Transfer-Encoding: x-uuencode\r\n"),
    "uuencode of empty lines": lambda: _empty_text(b"x-uuencode", b"utf-8", b"begin 644 x\n!00\n" + b"``\n" * 30_000),
    "uuencode that begins late": lambda: _parts(
        200, b"Content-Transfer-Encoding: x-uuencode\n\n" + b"\n" * 80_000 + b"begin 644 x\n!00\n"
    ),
    "escape sequences, iso-2022-jp": lambda: _empty_text(b"8bit", b"iso-2022-jp", b"\x1b$B\x1b(B"),
    "escape sequences, hz": lambda: _empty_text(b"8bit", b"hz-gb-2312", b"~{~}"),
    "line continuations, hz": lambda: _empty_text(b"8bit", b"hz-gb-2312", b"~\n"),
    "utf-7 shifts": lambda: _empty_text(b"8bit", b"utf-7", b"+AA-"),
    "utf-7 surrogates": lambda: _text(b"+2AA-" * 100_000).replace(b"utf-8", b"utf-7"),
    "utf-16 errors": lambda: _empty_text(b"8bit", b"utf-16", b"\x00\xd8"),
    "utf-32 errors": lambda: _empty_text(b"8bit", b"utf-32", b"\xff"),
    "gb18030 errors": lambda: _empty_text(b"8bit", b"gb18030", b"\xff"),
    "utf-8 errors at the end": lambda: _empty_text(b"8bit", b"utf-8", b"x" * 65_000 + b"\xff" * 600),
    "text parts of NUL": lambda: _empty_text(b"8bit", b"utf-8", b"\0"),
    # --- text
    "1 MB of Chinese": lambda: _text("漢字".encode() * (MB // 6)),
    "Chinese in many parts": lambda: _empty_text(b"8bit", b"gb18030", "漢字仮名".encode("gb18030")),
    "Chinese and Latin in turns": lambda: _empty_text(b"8bit", b"gb18030", "漢a".encode("gb18030")),
    "one-letter words": lambda: _empty_text(b"8bit", b"iso-8859-1", b"a \xe9 "),
    "distinct words": lambda: _empty_text(b"8bit", b"utf-8", b" ".join(b"%x" % i for i in range(80_000))),
    "distinct accented words": lambda: _parts(
        8, b"Content-Type: text/plain; charset=utf-8\n\n" + " ".join(f"é{i:x}" for i in range(16**3, 50_000)).encode()
    ),
    "casefold that grows": lambda: _empty_text(b"8bit", b"utf-8", "ΐ".encode()),
    "combining marks": lambda: _text(b"a" + "\u0301".encode() * 500_000),
    "zero-width flood": lambda: _text("v\u200bi\u200ba\u2060g\u00adra ".encode() * 100_000),
    "apostrophes and dashes": lambda: _text(b"-'" * MB),
    "URLs in text": lambda: _text(b"http://a.example/b?c=d " * 100_000),
    "distinct URLs in text": lambda: _text(b"".join(b"http://a%d.example/b " % i for i in range(50_000))),
    "URL starts": lambda: _text(b"http://" * 200_000),
    "URL without end": lambda: _text(b"http://" + b"a." * 500_000),
    "URL schemes": lambda: _text(b"www." * 300_000),
    "URL of at signs": lambda: _text(b"http://" + b"@" * 100_000 + b" http://" + b"%41" * 100_000),
    "URL full stops": lambda: _text((b"http://" + b"." * 1900 + b" ") * 500),
    # --- HTML
    **{
        f"nested div, {size // 1024} KB": lambda size=size: _html_to(size, "<div>")  # type: ignore[misc]
        for size in (64 * 1024, 256 * 1024, MB)
    },
    **{
        f"distinct attributes, {size // 1024} KB": lambda size=size: _html_to(size, " a#=1", "<p", ">x")  # type: ignore[misc]
        for size in (64 * 1024, 256 * 1024)
    },
    "distinct attributes of links": lambda: _html_to(48_000, " a#", "<a href=x", ">x" * 100),
    "nested lists": lambda: _html_to(MB, "<ul><li>"),
    "nested tables": lambda: _html_to(MB, "<table><tr><td>"),
    "nested tables with text outside": lambda: _html_to(MB, "<table>x"),
    "nested spans and paragraphs": lambda: _html("<span>" * 4000 + "<p>" * 8000),
    "nested spans and unknown ends": lambda: _html("<span>" * 4000 + "</x>" * 6000),
    "nested divs and ends of p": lambda: _html("<div>" * 5000 + "</p>" * 6000),
    "nested buttons": lambda: _html_to(MB, "<button><p>"),
    "nested forms": lambda: _html_to(MB, "<form action=x><div>"),
    "nested svg": lambda: _html_to(MB, "<svg><foreignObject>"),
    "nested math": lambda: _html_to(MB, "<math><mi><mglyph>"),
    "nested templates": lambda: _html_to(MB, "<template>"),
    "nested selects": lambda: _html_to(MB, "<select><option>"),
    "nested rubies": lambda: _html_to(MB, "<ruby><rt>"),
    "nested headings": lambda: _html_to(MB, "<h1><h2>"),
    "nested links in marquees": lambda: _html_to(MB, "<a href=#>x<marquee>"),
    "nested hidden": lambda: _html_to(MB, "<div hidden>x"),
    "nested display:none": lambda: _html_to(MB, "<div style=display:none>x"),
    "hidden twice": lambda: _html_to(MB, "<p hidden style='display:none'>x</p>"),
    "styles": lambda: _html_to(MB, "<p style='color: red'>x"),
    "one style of 48 KB": lambda: _html("<p style='" + "font-size:0" * 4000 + "'>x"),
    "formatting elements": lambda: _html_to(MB, "<b x=i>"),
    "distinct formatting elements": lambda: _html_to(MB, "<b x=#>"),
    "formatting elements again in each paragraph": lambda: _html(_formatting_bomb()),
    "font elements again in each paragraph": lambda: _html(_formatting_bomb().replace("<b ", "<font ")),
    "misnested formatting": lambda: _html_to(MB, "<b><p><i></b></p>"),
    "misnested formatting in divs": lambda: _html("<a href=x><div>" * 2000 + "</a>" * 4000),
    "misnested links": lambda: _html_to(MB, "<a href=#><div><p></a>"),
    "nobr flood": lambda: _html_to(MB, "<nobr><div>"),
    "tag starts": lambda: _html("<" * MB),
    "comment starts": lambda: _html("<!--" * 200_000),
    "declarations": lambda: _html("<!" * 500_000),
    "unclosed tags": lambda: _html("<a " * 300_000),
    "unclosed tag of 1 MB": lambda: _html("<a " + "x" * MB),
    "unclosed attribute of 1 MB": lambda: _html("<a href='" + "x" * MB),
    "end tags": lambda: _html("</p>" * 200_000),
    "line breaks": lambda: _html("<br>" * 200_000),
    "cdata": lambda: _html("<svg>" + "<![CDATA[" * 100_000),
    "scripts": lambda: _html("<script>" * 100_000),
    "script double escapes": lambda: _html("<script><!--<script>" + "--></script>" * 4000),
    "plaintext": lambda: _html("<plaintext>" + "<b>" * 100_000),
    "entities": lambda: _html("&amp;" * 200_000),
    "unfinished entities": lambda: _html("&CounterClockwiseContourIntegra" * 30_000),
    "entity of 100k digits": lambda: _html("x" * 100_000 + "&#" + "1" * 100_000 + ";"),
    "numeric entities": lambda: _html("&#x110000;&#xD800;&#0;" * 50_000),
    "entities beyond the parser": lambda: _html("x" * 50_000 + "&CounterClockwiseContourIntegra" * 9000),
    "distinct entities beyond the parser": lambda: _html("x" * 50_000 + "&a;&#x1F4A9;" * 20_000),
    "1M links": lambda: _html("<a href=x>" * 1_000_000),
    "distinct links": lambda: _html_to(MB, "<a href=http://h#.example>h#.example</a>"),
    "links of dots": lambda: _html_to(MB, "<a href=http://" + "a." * 30 + ">" + "a." * 60 + "</a>"),
    "pictures": lambda: _html_to(MB, "<img src=x#>"),
    "HTML in many parts": lambda: _parts(1000, b"Content-Type: text/html\r\n\r\n" + b"<div>" * 300),
    "HTML of base64": lambda: HEAD + b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.b64encode(b"<div><p>" * 200_000),
    "framesets": lambda: _html_to(MB, "<frameset>"),
    "lone surrogates in HTML": lambda: _html("<p>+2AA-</p>").replace(b"utf-8", b"utf-7"),
    "lone surrogate in boundary": lambda: _header(b"Content-Type: multipart/mixed; boundary*=utf-7''%2B2AA-"),
}  # fmt: skip
