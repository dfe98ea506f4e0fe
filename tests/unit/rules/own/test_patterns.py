"""Patterns of an operator: what is refused, and that both libraries find the same."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.rules.own.patterns import LARGEST, Patterns, defect

PATTERNS = {
    "word": r"\bcasino\b",
    "choice": "free|gratis|бесплатно",
    "case": "(?-i:USD)",
    "class": r"[$€][0-9]{2,4}",
    "start": "^re:",
    "end": "now!$",
    "letters": r"\p{Greek}+",
    "plus": r"c\+\+",
    "escapes": r"\w\B\w\W[\d\s]+\D",
}
REFUSED = [
    (r"(a)\1", "RE2 has no references to groups"),
    (r"(?P<x>a)(?P=x)", "RE2 has no references to groups"),
    ("(?=a)b", "RE2 has no lookahead and lookbehind"),
    ("a(?!b)", "RE2 has no lookahead and lookbehind"),
    ("(?<=a)b", "RE2 has no lookahead and lookbehind"),
    ("(?<!a)b", "RE2 has no lookahead and lookbehind"),
    ("(?>a)b", "no RE2 pattern"),
    ("a++b", "no RE2 pattern"),
    ("a(", "a sign that means itself takes a backslash"),
    ("[a", "no RE2 pattern"),
    ("*a", "no RE2 pattern"),
    ("", "an empty pattern is true of everything"),
    ("a*", "the pattern is true of every text"),
    ("x|", "the pattern is true of every text"),
    ("a" * 2001, "pattern of 2001 characters: write 2000 at most"),
]


@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize(("pattern", "text"), REFUSED)
def test_what_cannot_be_linear_or_read_is_refused_by_both(pattern: str, text: str, linear: bool) -> None:
    assert text in defect(pattern, linear=linear)


@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize(
    "pattern", [*PATTERNS.values(), "^$", r"\p{L}+x", "[*+]+", "[]a]+b", r"a\*+", "(?s:a.b)", "(?i)a"]
)
def test_the_rest_is_taken_by_both(pattern: str, linear: bool) -> None:
    assert defect(pattern, linear=linear) == ""


def test_a_pattern_that_would_be_slow_is_too_large() -> None:
    assert "too large" in defect(r"(\pL{1000})" * 8)
    assert LARGEST < 1_000_000


@pytest.mark.parametrize("linear", [True, False])
def test_the_words_that_were_found(linear: bool) -> None:
    found = Patterns(PATTERNS, linear=linear).find(["RE: Casino", "", "all\n€100 in usd,\nnow!"])
    assert found == {"start": "RE:", "word": "Casino", "escapes": "RE: C", "class": "€100", "end": "now!"}


@given(st.lists(st.text(alphabet="casino free€$re:USDusd c+0123 now!αω\n", max_size=40), max_size=3))
def test_both_libraries_find_the_same(texts: list[str]) -> None:
    texts = [text.rstrip("\n") for text in texts]
    assert Patterns(PATTERNS, linear=True).find(texts) == Patterns(PATTERNS, linear=False).find(texts)


def test_without_re2_time_is_bounded_for_all_patterns_together() -> None:
    slow = Patterns({f"P{number}": rf"(a+)+{number}$" for number in range(20)}, linear=False)
    start = time.monotonic()
    slow.find(["a" * 5000 + "!"] * 3)
    assert time.monotonic() - start < 2.0
