"""Patterns in one linear pass; with and without RE2 they find the same."""

import importlib
import pkgutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

import filter.rules
from filter.rules.cues import CueSet

SMALL = CueSet({"money": r"\$[0-9,]+", "urgent": r"\burgent(?:ly)?\b", "greek": "α+β"})


def shipped() -> list[CueSet]:
    """Every set in the rules."""
    modules = [
        importlib.import_module(f"filter.rules.{info.name}") for info in pkgutil.iter_modules(filter.rules.__path__)
    ]
    return list(
        {
            id(value): value for module in modules for value in vars(module).values() if isinstance(value, CueSet)
        }.values()
    )


@pytest.mark.parametrize("linear", [True, False])
def test_names_of_what_occurs(linear: bool) -> None:
    cues = CueSet(dict(zip(SMALL.names, SMALL._patterns, strict=True)), linear=linear)
    assert cues.matches("URGENT: send $1,000") == {"money", "urgent"}
    assert cues.matches("nothing of it") == frozenset()
    assert cues.matches("") == frozenset()
    assert cues.matches("ααβ") == {"greek"}


def test_quote_is_one_short_line() -> None:
    assert SMALL.quote("urgent", "so very\nUrgent today") == "Urgent"
    assert SMALL.quote("money", "none") == ""


def test_without_re2_a_text_that_would_take_long_counts_as_without_the_pattern() -> None:
    slow = CueSet({"slow": r"(?:a+)+b"}, linear=False)
    text = "a" * 40_000
    assert slow.matches(text) == frozenset()
    assert slow.quote("slow", text) == ""


@given(st.text(alphabet="urgent $1,αβ\n", max_size=80))
def test_both_libraries_find_the_same(text: str) -> None:
    singly = CueSet(dict(zip(SMALL.names, SMALL._patterns, strict=True)), linear=False)
    assert SMALL.matches(text) == singly.matches(text)


@pytest.mark.corpus
def test_both_libraries_find_the_same_on_real_mail(sa_corpus: dict[str, list[tuple[str, bytes]]]) -> None:
    from filter.message import parse  # noqa: PLC0415

    texts = [parse(raw).text[:5000] for messages in sa_corpus.values() for _, raw in messages[::40]]
    for cues in shipped():
        singly = CueSet(dict(zip(cues.names, cues._patterns, strict=True)), linear=False)
        for text in texts:
            assert cues.matches(text) == singly.matches(text)
