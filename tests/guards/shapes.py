"""Fifteen shapes of message, each in any size: what grows in it is what its name says."""

import base64
from collections.abc import Callable

_HEAD = b"From: Ann <a@example.org>\r\nTo: b@example.net\r\nSubject: hello\r\nDate: Tue, 5 Mar 2024 10:00:00 +0100\r\n"
_PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n"
_PAGE = b"Content-Type: text/html; charset=utf-8\r\n\r\n"


def _numbered(form: bytes, size: int) -> bytes:
    """`form` with 0, 1, 2 ... in it, until there are `size` octets."""
    count = size // len(form % 0) + 1
    return b"".join(form % number for number in range(count))[:size]


def plain(size: int) -> bytes:
    """Lines of words, most of them new."""
    return _HEAD + _PLAIN + b"\r\n" + _numbered(b"Please see w%d in the report of this week, thank you all.\r\n", size)


def one_line(size: int) -> bytes:
    """Words on a line that never ends."""
    return _HEAD + _PLAIN + b"\r\n" + _numbered(b"word%d and another ", size)


def base64_text(size: int) -> bytes:
    """Text in base64, in lines of 76."""
    text = base64.encodebytes(_numbered(b"Good morning no. %d, here it is.\n", size * 3 // 4))
    return _HEAD + _PLAIN + b"Content-Transfer-Encoding: base64\r\n\r\n" + text


def quoted_printable(size: int) -> bytes:
    """Text in quoted-printable, full of escapes and soft line breaks."""
    text = _numbered(b"Gr=C3=BC=C3=9Fe Nr. %d =3D =E2=82=AC =\r\n", size)
    return _HEAD + _PLAIN + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + text


def deep_page(size: int) -> bytes:
    """HTML elements in each other."""
    return _HEAD + _PAGE + b"<div>" * (size // 5)


def attributes(size: int) -> bytes:
    """One HTML element with ever more attributes."""
    return _HEAD + _PAGE + b"<p " + _numbered(b'a%d="v" ', size) + b">text</p>"


def styles(size: int) -> bytes:
    """HTML with a style for each word, some of them hidden."""
    return _HEAD + _PAGE + _numbered(b'<span style="color:#%06d;display:none">x</span> ', size)


def parts(size: int) -> bytes:
    """A multipart of ever more parts."""
    part = b"--b\r\nContent-Type: text/plain\r\n\r\npart %d\r\n"
    return _HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + _numbered(part, size) + b"\r\n--b--\r\n"


def headers(size: int) -> bytes:
    """Ever more header fields, and a Received one after each."""
    return (
        _numbered(b"X-Field-%d: value\r\nReceived: from a.example by b.example\r\n", size)
        + b"\r\n"
        + _HEAD
        + b"\r\nx\r\n"
    )


def long_header(size: int) -> bytes:
    """One header field, folded."""
    return b"References: " + _numbered(b"<%d@example.org>\r\n ", size) + b"\r\n" + _HEAD + b"\r\nx\r\n"


def encoded_words(size: int) -> bytes:
    """A subject of encoded words."""
    return b"Subject: " + _numbered(b"=?utf-8?Q?w=C3=B6rd%d?=\r\n ", size) + b"\r\n" + _HEAD + b"\r\nx\r\n"


def links(size: int) -> bytes:
    """HTML of links, each to another host."""
    return _HEAD + _PAGE + _numbered(b'<a href="http://h%d.example.com/p?q=1">http://www.example.org</a> ', size)


def addresses(size: int) -> bytes:
    """Recipients in the header, each new."""
    return b"Cc: " + _numbered(b'"Name %d" <u@example.org>,\r\n ', size) + b"\r\n" + _HEAD + b"\r\nx\r\n"


def garbage(size: int) -> bytes:
    """Octets of all values, that are no text in any charset."""
    return _HEAD + b"\r\n" + (bytes(range(255, 127, -1)) + bytes(range(1, 128))) * (size // 255)


def open_quote(size: int) -> bytes:
    """A Content-Type whose quote is never closed."""
    return _HEAD + b'Content-Type: text/plain; name="' + _numbered(b"a%d; \\", size) + b"\r\n\r\nx\r\n"


SHAPES: tuple[Callable[[int], bytes], ...] = (
    plain, one_line, base64_text, quoted_printable, deep_page, attributes, styles, parts, headers, long_header,
    encoded_words, links, addresses, garbage, open_quote,
)  # fmt: skip
