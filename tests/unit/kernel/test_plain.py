"""What each loop of the kernel does, by example. That the compiled ones do the same, test_native.py shows."""

from zlib import crc32

import numpy as np
import pytest

from filter.kernel import plain

WORDS = bytes(byte if chr(byte).isalnum() or byte > 127 else 32 for byte in bytes(range(256)).lower())
SEEN = {"b": "[b]", "/b": "[/b]"}


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"a\nb\r\n", b"a\nb\n"),
        (b"a\n", b"a\n"),
        (b"", b""),
        (b"a\rb\r\n", None),
        (b"a\r\r\n", None),
        (b"a\r", None),
    ],
)
def test_unix_lines(raw: bytes, lines: bytes | None) -> None:
    assert plain.unix_lines(raw) == lines


@pytest.mark.parametrize(
    ("block", "fields", "size"),
    [
        (b"From: a@b.example\nTo: c@d.example\n", [("from", b"a@b.example"), ("to", b"c@d.example")], 34),
        (b"Subject: one\n two\n\tthree", [("subject", b"one two\tthree")], 25),
        (b"X-Old : spaced\n", [("x-old", b"spaced")], 15),
        (b"A:1\nthis is text\nB:2", [("a", b"1")], 4),
        (b" A: 1", [], 0),
        (b"A b: 1", [], 0),
        (b": 1", [], 0),
        (b"\xe9: 1", [], 0),
        (b"A: 12345678", [("a", b"1234567")], 12),
        (b"N" * 300 + b": 1", [("n" * 200, b"1")], 304),
        (b"", [], 0),
    ],
)
def test_fields(block: bytes, fields: list[tuple[str, bytes]], size: int) -> None:
    longest = 8 if b"12345678" in block else 100
    assert plain.fields(block, longest) == (fields, size)


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        ("<p class=x>a</p>", ["<p class=x>", "</p>"]),
        ("a < b <3 <!-- c --><?d?>", ["<!-- c -->", "<?d?>"]),
        ("<a <b>", ["<a ", "<b>"]),
        ("<a", ["<a"]),
        ("<", []),
        ("<a" + "x" * 5000 + ">", ["<a" + "x" * 4000]),
    ],
)
def test_tags(source: str, tags: list[str]) -> None:
    assert plain.tags(source) == tags


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("x<b>y</b>z", "x[b]>y[/b]>z"),
        ("<b/>", "[b]/>"),
        ("<b\u00a0c>", "[b]\u00a0c>"),
        ("1 < 2 <3 </4>", "1 < 2 <3 </4>"),
        ("<b:>", "(b:)>"),
        ("<bé>", "(bé)>"),
        ("<abcdefghijklmnop>", "(abcdefghijklm)nop>"),
    ],
)
def test_elements(source: str, seen: str) -> None:
    assert plain.elements(source, lambda element: SEEN.get(element, f"({element})")) == seen


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see http://a.example/b for more", ["http://a.example/b"]),
        ("see http://a.example/b.", ["http://a.example/b"]),
        ("(http://a.example/b), <https://c.example>", ["http://a.example/b", "https://c.example"]),
        ("WWW.A.example! ftp://f.example", ["WWW.A.example", "ftp://f.example"]),
        ('"http://a.example"', ["http://a.example"]),
        ("http://a.example/b_(c)", ["http://a.example/b_(c"]),
        ("http://www.a.example/http://b.example", ["http://www.a.example/http://b.example"]),
        ("wwww.a.example wWw.b.example", ["www.a.example"]),
        ("http://" + "a" * 3000, ["http://" + "a" * 2000]),
        ("mail a@b.example, no www here", []),
        ("http://ab", []),
        ("http://", []),
        ("", []),
    ],
)
def test_addresses(text: str, found: list[str]) -> None:
    assert plain.addresses(text, 10) == found


def test_addresses_are_limited() -> None:
    assert len(plain.addresses("http://a.example " * 10, 3)) == 3


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("One two, ONE three", [b"one", b"two", b"three"]),
        ("a toolongtobekept b12", [b"b12"]),
        ("größer längerer", ["größer".encode()]),
        ("... --", []),
        ("", []),
    ],
)
def test_runs(text: str, runs: list[bytes]) -> None:
    assert plain.runs(text, WORDS, 2, 5, 8) == runs


def test_evidence() -> None:
    bits, tokens = 6, [b"one", b"two", b"gone", b"other"]
    table = np.zeros(2 << bits, np.float32)
    table[crc32(b"one") % 64] = 1.5
    table[crc32(b"two") % 64] = -0.25
    table[64 + crc32(b"other") % 64] = 4.0
    assert len({crc32(token) % 64 for token in tokens}) == len(tokens)
    assert plain.evidence([[b"one", b"two", b"gone"], [b"other", b"one"]], table, bits) == [(2, 1.25), (1, 4.0)]
    assert plain.evidence([[], [b"gone"]], table, bits) == [(0, 0.0), (0, 0.0)]


@pytest.mark.parametrize(
    ("text", "counts"), [("", (0, 0)), ("Ab1-", (2, 1)), ("ÄÖ", (0, 0)), ("@[`{", (0, 0)), ("AZaz", (4, 2))]
)
def test_letters(text: str, counts: tuple[int, int]) -> None:
    assert plain.letters(text) == counts
