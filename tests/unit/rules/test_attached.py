"""Attached files: which parts count, and how little of them is decoded."""

import base64

from filter.message import parse
from filter.rules.attached import attached, extension

HEAD = b'Content-Type: multipart/mixed; boundary="b"\n\n'


def message(*parts: bytes) -> bytes:
    return HEAD + b"".join(b"--b\n" + part + b"\n" for part in parts) + b"--b--\n"


def file(data: bytes, name: str = "a.bin") -> bytes:
    head = f'Content-Disposition: attachment; filename="{name}"\nContent-Type: application/octet-stream\n'
    return head.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(data)


def test_texts_to_be_read_are_no_files() -> None:
    parsed = parse(
        message(b"Content-Type: text/plain\n\nHello", file(b"%PDF-1.4"), b"Content-Type: text/html\n\n<p>Hi")
    )
    assert [found.kind for found in attached(parsed)] == ["pdf"]


def test_only_the_first_four_count() -> None:
    assert len(attached(parse(message(*[file(b"x")] * 9)))) == 4


def test_at_most_a_megabyte_is_decoded() -> None:
    (found,) = attached(parse(message(file(bytes(3 << 20)))))
    assert 0 < len(found.data) <= 1 << 20


def test_the_extension_is_what_follows_the_last_dot() -> None:
    assert [extension(name) for name in ("a.tar.GZ", "README", "trailing.", "a. exe ")] == ["gz", "", "", "exe"]
