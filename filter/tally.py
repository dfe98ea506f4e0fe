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


def _added(before: Column | None, lessons: list[Lesson], name: str) -> Column:
    slots = [lesson.slots[name] for lesson in lessons if name in lesson.slots]
    sizes = [len(found) for found in slots]
    kinds = np.repeat([lesson.kind for lesson in lessons if name in lesson.slots], sizes)
    signs = np.repeat([lesson.sign for lesson in lessons if name in lesson.slots], sizes)
    if before is not None:
        slots += [before.slots] * len(KINDS)
        kinds = np.concatenate([kinds, np.repeat(np.arange(len(KINDS)), len(before.slots))])
        signs = np.concatenate([signs, before.counts.ravel()])
    return _summed(np.concatenate(slots), kinds, signs)


def _summed(slots: Slots, kinds: npt.NDArray[np.intp], signs: Counts) -> Column:
    distinct, where = np.unique(slots, return_inverse=True)
    sums = np.bincount(kinds * len(distinct) + where, signs, len(KINDS) * len(distinct))  # exact: far below 2^53
    counts = sums.astype(np.int64).reshape(len(KINDS), len(distinct))
    _refuse_negative(counts)
    kept = counts.any(axis=0)
    return Column(distinct[kept].astype(np.uint32), counts[:, kept])


def _refuse_negative(counts: Counts) -> None:
    if np.any(counts < 0):
        raise ValueError("more was forgotten than was ever learned")
