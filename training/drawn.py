"""Tokens of as many messages as memory allows, where the rest of each message is kept of all."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b

import numpy as np

from training.dataset import Slots
from training.examined import Examined
from training.sources import Source

MOST_FITTED = 50_000
"""Different messages of both classes whose tokens are kept: suspects are sought among these."""


_NONE = np.zeros(0, np.int32)


@dataclass(slots=True)
class Drawn:
    """Tokens by digest: of all messages, or of `most` different ones, those with the lowest digests of their digests.

    Which they are depends on the messages only, not on their order.
    """

    most: int = MOST_FITTED
    slots: dict[str, tuple[Slots, tuple[int, ...]]] = field(default_factory=dict)
    """Slots and how many of them are each field's (`Extracted`)."""
    _heap: list[tuple[int, str]] = field(default_factory=list)

    def add(self, digest: str, slots: Slots, sizes: tuple[int, ...]) -> None:
        """Take the tokens of one message in, and let others go for them."""
        if digest in self.slots:
            return
        key = -int.from_bytes(blake2b(digest.encode(), digest_size=8).digest(), "big")
        if len(self._heap) < self.most:
            heapq.heappush(self._heap, (key, digest))
        else:
            _, gone = heapq.heappushpop(self._heap, (key, digest))
            self.slots.pop(gone, None)
            if gone == digest:
                return
        self.slots[digest] = slots, sizes


@dataclass(slots=True)
class Reading(Source[Examined]):
    """One class of mail as it is examined: `rows` have no tokens, what is kept of them is in `drawn`."""

    drawn: Drawn = field(default_factory=Drawn, kw_only=True)

    def keep(self, rows: list[Examined]) -> None:
        """Take in what is kept of the next messages, in their order."""
        for row in rows:
            self.drawn.add(row.digest, row.extracted.slots, row.extracted.sizes)
        self.rows += _without_tokens(rows)


def _without_tokens(rows: Iterable[Examined]) -> Iterator[Examined]:
    for row in rows:
        yield replace(row, extracted=replace(row.extracted, slots=_NONE, sizes=()))
