"""Counts of messages learned one at a time: integers, which add up in any order and can be taken away again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from models.model import KINDS

Slots = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.int64]
Messages = tuple[int, int, int, int]

NOTHING: Messages = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Column:
    """What one field counted: `slots` (n, sorted) and their `counts` in the four `KINDS` (4 x n); none is all zeros."""

    slots: Slots
    counts: Counts


_EMPTY = Column(np.zeros(0, np.uint32), np.zeros((len(KINDS), 0), np.int64))


@dataclass(frozen=True, slots=True)
class Lesson:
    """One message to add (`sign` 1) or to take away (-1): the index of its kind in `KINDS`, and its slots by field."""

    kind: int
    slots: Mapping[str, Slots]
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """Messages learned by kind, and what each field counted in them. The same messages make the same arrays."""

    messages: Messages = NOTHING
    columns: Mapping[str, Column] = field(default_factory=dict)

    def with_lessons(self, lessons: Iterable[Lesson]) -> "Tally":
        """This tally and `lessons`. ValueError: more is taken away than was ever added."""
        lessons = list(lessons)
        if not lessons:
            return self
        messages = np.array(self.messages)
        for lesson in lessons:
            messages[lesson.kind] += lesson.sign
        _refuse_negative(messages)
        names = dict.fromkeys([*self.columns, *(name for lesson in lessons for name in lesson.slots)])
        columns = {name: _added(self.columns.get(name), lessons, name) for name in names}
        first, second, third, fourth = messages.tolist()
        return Tally(
            (first, second, third, fourth), {name: column for name, column in columns.items() if column.slots.size}
        )

    def without(self, part: "Tally") -> "Tally":
        """This tally less `part`. ValueError: `part` holds what was never added."""
        if part.messages == NOTHING:
            return self
        messages = np.array(self.messages) - np.array(part.messages)
        _refuse_negative(messages)
        columns = {name: _less(self.columns.get(name), part.columns.get(name)) for name in self._names(part)}
        first, second, third, fourth = messages.tolist()
        return Tally(
            (first, second, third, fourth), {name: column for name, column in columns.items() if column.slots.size}
        )

    def _names(self, other: "Tally") -> list[str]:
        return list(dict.fromkeys([*self.columns, *other.columns]))


def _less(whole: Column | None, part: Column | None) -> Column:
    whole, part = whole or _EMPTY, part or _EMPTY
    slots, (old, gone) = merged(whole.slots, part.slots)
    counts = np.zeros((len(KINDS), len(slots)), np.int64)
    counts[:, old] += whole.counts
    counts[:, gone] -= part.counts
    _refuse_negative(counts)
    kept = counts.any(axis=0)
    return Column(slots[kept], counts[:, kept])


def merged(*parts: Slots) -> tuple[Slots, list[npt.NDArray[np.intp]]]:
    """The distinct slots of all `parts` (sorted), and where those of each part stand among them.

    By a table instead of sorting, three times faster: slots are small numbers.
    """
    there = np.zeros(1 + max((int(part.max()) for part in parts if part.size), default=0), np.bool_)
    for part in parts:
        there[part] = True
    slots = np.flatnonzero(there)
    place = np.empty(len(there), np.intp)  # only the places of slots are filled and read
    place[slots] = np.arange(len(slots))
    return slots.astype(np.uint32), [place[part] for part in parts]


def _added(before: Column | None, lessons: list[Lesson], name: str) -> Column:
    before = before or _EMPTY
    found = [lesson for lesson in lessons if name in lesson.slots]
    if not found:
        return before
    fresh, sums = _summed(found, name)
    column = _with_room(before, fresh)
    places = np.searchsorted(column.slots, fresh)
    column.counts[:, places] += sums
    touched = column.counts[:, places]
    _refuse_negative(touched)
    return _without(column, places[~touched.any(axis=0)])


def _summed(lessons: list[Lesson], name: str) -> tuple[Slots, Counts]:
    """The distinct slots of `lessons` (n, sorted), and what they add to each of `KINDS` (4 x n)."""
    sizes = [len(lesson.slots[name]) for lesson in lessons]
    fresh, places = np.unique(np.concatenate([lesson.slots[name] for lesson in lessons]), return_inverse=True)
    places += len(fresh) * np.repeat([lesson.kind for lesson in lessons], sizes)
    signs = np.repeat([lesson.sign for lesson in lessons], sizes)
    sums = np.bincount(places, signs, len(KINDS) * len(fresh))
    return fresh, sums.astype(np.int64).reshape(len(KINDS), len(fresh))  # exact: far below 2^53


def _with_room(column: Column, fresh: Slots) -> Column:
    """A copy of `column` in which all of `fresh` have counts: one message more costs a copy, not a new sum of all."""
    new = np.setdiff1d(fresh, column.slots, assume_unique=True)
    places = np.searchsorted(column.slots, new)
    return Column(np.insert(column.slots, places, new), np.insert(column.counts, places, 0, axis=1))


def _without(column: Column, places: npt.NDArray[np.intp]) -> Column:
    if not places.size:
        return column
    return Column(np.delete(column.slots, places), np.delete(column.counts, places, axis=1))


def _refuse_negative(counts: Counts) -> None:
    if np.any(counts < 0):
        raise ValueError("more was forgotten than was ever learned")
