"""What server and worker say to each other: it arrives as it was, and what makes no sense is an error."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.envelope import NO_ENVELOPE, Envelope
from filter.lesson import Lesson, LessonError
from filter.tasks import Scan, from_json, lesson_from_json, to_json, verdict_from_json, verdict_to_json
from filter.verdict import Clue, Hit, Verdict


@given(st.builds(Envelope, st.none() | st.binary(), st.lists(st.binary()).map(tuple), st.text(), st.binary()))
def test_a_scan_survives_the_wire(envelope: Envelope) -> None:
    assert from_json(to_json(Scan(envelope, 3))) == Scan(envelope, 3)


def test_an_empty_envelope_survives_the_wire() -> None:
    assert from_json(to_json(Scan(NO_ENVELOPE))) == Scan(NO_ENVELOPE)


@given(st.sampled_from(["ham", "spam", None]), st.text(), st.booleans())
def test_a_lesson_survives_the_wire(label: Any, who: str, change: bool) -> None:
    lesson = Lesson(label, who, change)
    assert from_json(to_json(lesson)) == lesson


def test_a_verdict_survives_the_wire_with_its_clues() -> None:
    verdict = Verdict((Hit("NB_WORDS", 1.5, "2 known", (Clue("pills", 1.2), Clue("\n", -0.1))), Hit("A", -3.0)), "v1")
    wire = json.loads(json.dumps({**verdict_to_json(verdict), "model": "v1"}))
    assert verdict_from_json(wire) == verdict


@pytest.mark.parametrize(
    "content",
    [
        {}, [], {"hits": [["a", 1, ""]]}, {"hits": [["A", 1]]}, {"hits": [["A", "1", ""]]}, {"hits": [["A", 1e9, ""]]},
        {"hits": [["A", 1, "", "clue"]], "model": ""}, {"hits": [["A", 1, "", ["x", float("nan")]]], "model": ""},
        {"hits": [], "model": "\r\n"},
    ],
)  # fmt: skip
def test_odd_verdicts_are_errors(content: Any) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        verdict_from_json(content)


def test_what_became_of_a_lesson() -> None:
    assert lesson_from_json({"done": "learned"}) == "learned"
    refused = lesson_from_json({"refused": "locked\r\n250 OK" + "x" * 1000})
    assert isinstance(refused, LessonError)
    assert str(refused).startswith("locked??250 OKx")
    assert len(str(refused)) == 300


@pytest.mark.parametrize("content", [{}, {"done": "sold"}, {"done": None}])
def test_odd_answers_to_a_lesson_are_errors(content: Any) -> None:
    with pytest.raises((ValueError, KeyError)):
        lesson_from_json(content)
