"""Counts as bytes: they come back as they were, and damaged ones are refused within bounds."""

import json
import zlib

import numpy as np
import pytest

from filter.store import blob
from filter.tally import Lesson, Tally

SLOTS = {"words": np.array([9, 2, 9, 262143], np.uint32), "urls": np.array([], np.uint32)}


def test_slots_come_back_sorted() -> None:
    found = blob.to_slots(blob.from_slots(SLOTS))
    assert {name: slots.tolist() for name, slots in found.items()} == {"words": [2, 9, 9, 262143], "urls": []}


def test_a_tally_comes_back() -> None:
    tally = Tally().with_lessons([Lesson(1, SLOTS), Lesson(3, {"words": np.array([5], np.uint32)})])
    found = blob.to_tally(blob.from_tally(tally))
    assert found.messages == tally.messages
    assert found.columns["words"].slots.tolist() == tally.columns["words"].slots.tolist()
    assert found.columns["words"].counts.tolist() == tally.columns["words"].counts.tolist()
    assert found.columns.keys() == {"words"}


@pytest.mark.parametrize("sizes", [{}, {"words": 0}, {"words": 0, "subject": 3, "urls": 0, "mime": 2, "shape": 0}])
def test_fields_without_tokens_come_back_empty(sizes: dict[str, int]) -> None:
    slots = {name: np.arange(size, dtype=np.uint32) * 1000 for name, size in sizes.items()}
    found = blob.to_slots(blob.from_slots(slots))
    assert {name: part.tolist() for name, part in found.items()} == {
        name: part.tolist() for name, part in slots.items()
    }


def packed(head: object, rest: bytes) -> bytes:
    return zlib.compress(json.dumps(head).encode() + b"\n" + rest)


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"nothing",
        blob.from_slots(SLOTS)[:-3],
        packed({"words": 2}, b"1234"),
        packed({"words": 1}, b"\0\0\4\0"),
        packed({"words": 2}, b"\1\0\0\0" + b"\xff" * 4),
        packed({"words": -1}, b""),
        packed({"words": "1"}, b"1234"),
        packed(["words"], b""),
        packed({str(number): 0 for number in range(100)}, b""),
        zlib.compress(b'{"words": 9000000}\n' + bytes(36_000_000)),
    ],
)
def test_damaged_slots_are_refused(damaged: bytes) -> None:
    with pytest.raises(ValueError, match=r"^.+$"):
        blob.to_slots(damaged)


@pytest.mark.parametrize(
    "damaged",
    [
        packed({"words": 0}, b""),
        packed({"": [1, 2, 3], "words": 0}, b""),
        packed({"": [1, 2, 3, -4]}, b""),
        packed({"": [0, 0, 0, 1], "words": 1}, bytes(4) + b"\xff" * 32),
        packed({"": [0, 0, 0, 1], "words": 1}, bytes(4)),
        packed({"": [0, 0, 0, 1], "words": 1}, b"\xff" * 4 + bytes(32)),
    ],
)
def test_a_damaged_tally_is_refused(damaged: bytes) -> None:
    with pytest.raises(ValueError, match=r"^.+$"):
        blob.to_tally(damaged)
