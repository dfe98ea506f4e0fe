"""Arrays as bytes for the journal and back, within bounds. A damaged one is a ValueError, never more memory."""

import json
import zlib
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from filter.features import SLOT_MASK
from filter.tally import Column, Slots, Tally
from models.model import KINDS

Integer = TypeVar("Integer", np.uint32, np.uint64)

_LARGEST_MESSAGE = 32 << 20
_LARGEST_TALLY = 512 << 20
_MOST_FIELDS = 32
_SLOT, _COUNT = np.dtype("<u4"), np.dtype("<i8")


def from_slots(slots: dict[str, Slots]) -> bytes:
    """The slots of one message by field: their numbers and, sorted, the steps between them; compressed."""
    sizes = {name: len(found) for name, found in slots.items()}
    steps = [np.diff(np.sort(found), prepend=np.uint32(0)).astype(_SLOT).tobytes() for found in slots.values()]
    return zlib.compress(_head(sizes) + b"".join(steps))


def to_slots(data: bytes) -> dict[str, Slots]:
    """Undo `from_slots`, sorted."""
    head, rest = _opened(data, _LARGEST_MESSAGE)
    sizes = _sizes(head, len(rest), _SLOT.itemsize)
    ends = np.cumsum([0, *sizes.values()])
    sums = np.cumsum(np.frombuffer(rest, _SLOT), dtype=np.uint64)  # of all fields at once: most hold few tokens
    before = np.concatenate([np.zeros(1, np.uint64), sums])[ends[:-1]]
    found = _in_range(sums - np.repeat(before, np.diff(ends))).astype(np.uint32)
    return {name: found[start:end] for name, start, end in zip(sizes, ends[:-1], ends[1:], strict=True)}


def from_tally(tally: Tally) -> bytes:
    """All counts; compressed a little, because it is written often."""
    sizes = {name: len(column.slots) for name, column in tally.columns.items()}
    parts = [
        part.tobytes()
        for column in tally.columns.values()
        for part in (column.slots.astype(_SLOT), column.counts.astype(_COUNT))
    ]
    return zlib.compress(_head({"": list(tally.messages), **sizes}) + b"".join(parts), level=1)


def to_tally(data: bytes) -> Tally:
    """Undo `from_tally`."""
    head, rest = _opened(data, _LARGEST_TALLY)
    ham_plain, ham_html, spam_plain, spam_html = _messages(head.pop("", None))
    each = _SLOT.itemsize + len(KINDS) * _COUNT.itemsize
    columns: dict[str, Column] = {}
    start = 0
    for name, size in _sizes(head, len(rest), each).items():
        slots = np.frombuffer(rest, _SLOT, size, start)
        counts = np.frombuffer(rest, _COUNT, len(KINDS) * size, start + size * _SLOT.itemsize)
        columns[name] = Column(_in_range(slots), _counts(counts).reshape(len(KINDS), size))
        start += size * each
    return Tally((ham_plain, ham_html, spam_plain, spam_html), columns)


def _in_range(slots: npt.NDArray[Integer]) -> npt.NDArray[Integer]:
    if slots.size and int(slots.max()) > SLOT_MASK:
        raise ValueError("slots out of range")
    return slots


def _messages(found: object) -> list[int]:
    if not isinstance(found, list) or not all(isinstance(count, int) and count >= 0 for count in found):
        raise ValueError("no numbers of messages")
    return found


def _counts(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    if np.any(counts < 0):
        raise ValueError("negative counts")
    return counts


def _head(content: dict[str, object] | dict[str, int]) -> bytes:
    return json.dumps(content).encode() + b"\n"


def _opened(data: bytes, most: int) -> tuple[dict[str, object], memoryview]:
    reader = zlib.decompressobj()
    try:
        content = reader.decompress(data, most)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not reader.eof:
        raise ValueError("cut, or larger than anything that is written")
    end = content.index(b"\n")
    found = json.loads(content[:end])
    if not isinstance(found, dict) or len(found) > _MOST_FIELDS:
        raise ValueError("no head")
    return found, memoryview(content)[end + 1 :]


def _sizes(head: dict[str, object], length: int, each: int) -> dict[str, int]:
    sizes = {name: size for name, size in head.items() if isinstance(size, int) and size >= 0}
    if len(sizes) < len(head) or sum(sizes.values()) * each != length:
        raise ValueError("numbers that do not fit")
    return sizes
