"""Counts add up in any order, and what is taken away leaves no trace."""

import random

import numpy as np
import pytest

from filter.tally import Lesson, Tally

HAM_PLAIN, SPAM_HTML = 0, 3


def lesson(kind: int, sign: int = 1, **slots: list[int]) -> Lesson:
    return Lesson(kind, {name: np.array(found, np.uint32) for name, found in slots.items()}, sign)


def listing(tally: Tally) -> dict[str, tuple[list[int], list[list[int]]]]:
    return {name: (column.slots.tolist(), column.counts.tolist()) for name, column in tally.columns.items()}


def test_slots_are_counted_by_kind() -> None:
    tally = Tally().with_lessons([lesson(HAM_PLAIN, words=[7, 2, 7], urls=[1]), lesson(SPAM_HTML, words=[7])])
    assert tally.messages == (1, 0, 0, 1)
    assert listing(tally) == {
        "words": ([2, 7], [[1, 2], [0, 0], [0, 0], [0, 1]]),
        "urls": ([1], [[1], [0], [0], [0]]),
    }


def test_what_is_taken_away_leaves_nothing() -> None:
    first = Tally().with_lessons([lesson(HAM_PLAIN, words=[2, 7])])
    again = first.with_lessons([lesson(SPAM_HTML, words=[7, 9], urls=[4])]).with_lessons(
        [lesson(SPAM_HTML, -1, words=[9, 7], urls=[4])]
    )
    assert (again.messages, listing(again)) == (first.messages, listing(first))


def test_the_order_of_learning_does_not_matter() -> None:
    chance = random.Random(3)
    lessons = [lesson(chance.randrange(4), words=[chance.randrange(30) for _ in range(20)]) for _ in range(50)]
    at_once = Tally().with_lessons(lessons)
    chance.shuffle(lessons)
    one_by_one = Tally()
    for one in lessons:
        one_by_one = one_by_one.with_lessons([one])
    assert (one_by_one.messages, listing(one_by_one)) == (at_once.messages, listing(at_once))


@pytest.mark.parametrize("lost", [lesson(HAM_PLAIN, -1, words=[2]), lesson(SPAM_HTML, -1, words=[5])])
def test_more_cannot_be_taken_away_than_was_added(lost: Lesson) -> None:
    tally = Tally().with_lessons([lesson(SPAM_HTML, words=[2])])
    with pytest.raises(ValueError, match="more was forgotten than was ever learned"):
        tally.with_lessons([lost])


def test_nothing_more_is_the_same_tally() -> None:
    tally = Tally().with_lessons([lesson(HAM_PLAIN, words=[2])])
    assert tally.with_lessons([]) is tally


def test_a_part_can_be_taken_out_as_a_whole() -> None:
    part = [lesson(HAM_PLAIN, words=[2, 7, 7], urls=[1])]
    rest = [lesson(SPAM_HTML, words=[7, 9])]
    found = Tally().with_lessons([*part, *rest]).without(Tally().with_lessons(part))
    expected = Tally().with_lessons(rest)
    assert (found.messages, listing(found)) == (expected.messages, listing(expected))
    assert listing(expected.without(Tally())) == listing(expected)
    with pytest.raises(ValueError, match="more was forgotten than was ever learned"):
        expected.without(Tally().with_lessons(part))
