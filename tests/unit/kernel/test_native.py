"""The compiled kernel gives what the one in Python gives, and an error for what neither is made for."""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter import html, tokens
from filter.kernel import plain

native = pytest.importorskip("filter.kernel.native", reason="the kernel is not compiled")

# Pieces in which each loop sees its ends and bounds, in strings of one, two and four octets a character.
OCTETS = [
    b"\r",
    b"\n",
    b"\r\n",
    b" ",
    b"\t",
    b":",
    b"a",
    b"Bc",
    b"X-Y:",
    b"\0",
    b"\x0b",
    b"\xe9",
    b"1" * 90,
    b"n" * 201,
]
LETTERS = [
    "<",
    ">",
    "/",
    "b",
    "FONT",
    "td",
    "!--",
    "?",
    " ",
    "\u00a0",
    "é",
    "ſ",
    "\u2028",
    "😀",
    "\ud800",
    "1",
    "x" * 13,
]
WEB = [
    "http",
    "HTTPS",
    "httpſ",
    "ftp",
    "://",
    ":",
    "//",
    "www.",
    "WWW.",
    "Www.",
    "wWw.",
    "w",
    ".",
    "a.b",
    ")",
    "'",
    "\x1f",
]
raws = st.binary() | st.lists(st.sampled_from(OCTETS)).map(b"".join)
texts = st.text(st.characters()) | st.lists(st.sampled_from(LETTERS + WEB)).map("".join)


@given(raws)
def test_unix_lines(raw: bytes) -> None:
    assert native.unix_lines(raw) == plain.unix_lines(raw)


@given(raws, st.integers(0, 120))
def test_fields(block: bytes, longest: int) -> None:
    assert native.fields(block, longest) == plain.fields(block, longest)


@given(texts)
def test_tags(source: str) -> None:
    assert native.tags(source) == plain.tags(source)


@given(st.text("<a>é", min_size=1, max_size=5), st.integers(3990, 4010))
def test_longest_tags(end: str, size: int) -> None:
    source = "<a" + size * "x" + end
    assert native.tags(source) == plain.tags(source)


@given(texts, st.sampled_from([html._opening, str.upper, lambda element: f"<x😀{element}", lambda _: ""]))
def test_elements(source: str, opening: Callable[[str], str]) -> None:
    assert native.elements(source, opening) == plain.elements(source, opening)


@pytest.mark.parametrize(
    ("source", "opening"),
    [
        ("a<bſ>c", lambda _: ""),
        ("<Aſ", str.upper),
        ("x<b😀>", lambda _: "<b"),
        ("x<bé>", lambda _: "<b"),
    ],
)
def test_a_page_that_loses_its_widest_character_equals_the_same_page(
    source: str, opening: Callable[[str], str]
) -> None:
    found, same = native.elements(source, opening), plain.elements(source, opening)
    assert (found, found.isascii(), {found}) == (same, same.isascii(), {same})


def test_more_elements_than_are_remembered() -> None:
    source = "".join(f"<{letter}{number}>" for number in range(300) for letter in "abc") * 2
    assert native.elements(source, str.upper) == plain.elements(source, str.upper)


@given(texts | st.lists(st.sampled_from(WEB)).map("".join), st.integers(-1, 5))
def test_addresses(text: str, most: int) -> None:
    assert native.addresses(text, most) == plain.addresses(text, most)


@given(texts | st.lists(st.sampled_from(["one", "Two", "größer", "日本", " ", "-", "x" * 24, "é" * 20])).map("".join))
@pytest.mark.parametrize(
    ("table", "sizes"),
    [(tokens._WORD_BYTES, (2, 24, 1 << 60)), (tokens._TAG_WORDS, (1, 24, 24)), (bytes(256), (0, 9, 9))],
)
def test_runs(table: bytes, sizes: tuple[int, int, int], text: str) -> None:
    assert native.runs(text, table, *sizes) == plain.runs(text, table, *sizes)


def test_more_runs_than_the_first_table_has_seats() -> None:
    text = " ".join(f"run{number % 5000}" for number in range(9000))
    found = native.runs(text, tokens._WORD_BYTES, 2, 24, 24)
    assert found == plain.runs(text, tokens._WORD_BYTES, 2, 24, 24)
    assert len(found) == 5000


@given(st.lists(st.lists(st.binary(max_size=40), max_size=200), max_size=4), st.integers(0, 8), st.integers(0, 9))
def test_evidence(fields: list[list[bytes]], bits: int, seed: int) -> None:
    table = np.random.default_rng(seed).normal(size=max(1, len(fields)) << bits).astype(np.float32)
    table[::3] = 0.0
    assert native.evidence(fields, table, bits) == plain.evidence(fields, table, bits)


@given(texts)
def test_letters(text: str) -> None:
    assert native.letters(text) == plain.letters(text)


def raises(*_: object) -> str:
    raise LookupError


TABLE = np.zeros(8, np.float32)


WRONG: list[tuple[Callable[[], Any], type[Exception]]] = [
    (lambda: native.unix_lines("text"), TypeError),
    (lambda: native.fields("text", 1), TypeError),
    (lambda: native.fields(b"a: b"), TypeError),
    (lambda: native.fields(b"a: b", -1), ValueError),
    (lambda: native.fields(b"a: b", "1"), TypeError),
    (lambda: native.tags(b"<a>"), TypeError),
    (lambda: native.elements(b"<a>", str), TypeError),
    (lambda: native.elements("<a><b>", raises), LookupError),
    (lambda: native.elements("<a>", lambda _: b"<a"), TypeError),
    (lambda: native.addresses("www.a.example", 1 << 80), OverflowError),
    (lambda: native.addresses(b"www.a.example", 1), TypeError),
    (lambda: native.runs("a", b"short", 1, 2, 3), ValueError),
    (lambda: native.runs("a", "t" * 256, 1, 2, 3), TypeError),
    (lambda: native.runs("a", bytes(256), 1, 2, 1.5), TypeError),
    (lambda: native.evidence([[b"a"]], TABLE, 4), ValueError),
    (lambda: native.evidence([[b"a"]] * 3, TABLE, 2), ValueError),
    (lambda: native.evidence([], TABLE, -1), ValueError),
    (lambda: native.evidence([], TABLE, 60), ValueError),
    (lambda: native.evidence([[b"a"]], TABLE.astype(np.float64), 2), ValueError),
    (lambda: native.evidence([["a"]], TABLE, 2), TypeError),
    (lambda: native.evidence([(b"a",)], TABLE, 2), TypeError),
    (lambda: native.evidence(None, TABLE, 2), TypeError),
    (lambda: native.letters(b"a"), TypeError),
]


@pytest.mark.parametrize(("call", "error"), WRONG)
def test_what_it_is_not_made_for_is_an_error(call: Callable[[], Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        call()


def test_a_list_that_shrinks_while_it_is_read() -> None:
    """The one callable that it calls may do anything."""
    kept: list[str] = []

    def forgets(element: str) -> str:
        kept.append(element)
        kept.clear()
        return element * 1000

    assert native.elements("<a><b><c>" * 50, forgets) == plain.elements("<a><b><c>" * 50, forgets)


RIGHT: list[Callable[[], Any]] = [
    lambda: native.unix_lines(b"a\r\nb" * 9),
    lambda: native.unix_lines(b"a\rb"),
    lambda: native.fields(b"A: b\n c\nD: e\n\n", 9),
    lambda: native.tags("<a><b>é"),
    lambda: native.elements("<a><b>é" * 300, lambda element: f"<x-{element}"),
    lambda: native.addresses("http://a.example www.b.example", 1),
    lambda: native.runs("one two größer " * 9, tokens._WORD_BYTES, 1, 9, 9),
    lambda: native.evidence([[b"a"], [b"bc"]], TABLE, 2),
    lambda: native.letters("aB"),
]


@pytest.mark.parametrize("call", [*RIGHT, *(call for call, _ in WRONG)])
def test_no_memory_is_kept(call: Callable[[], Any]) -> None:
    def again(times: int) -> int:
        for _ in range(times):
            with suppress(Exception):
                call()
        return sys.getallocatedblocks()

    before = again(100)
    assert again(1000) - before < 100
