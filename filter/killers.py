"""Messages that killed a worker: after the second time none is given to a worker again for an hour."""

import hashlib
import io
import os
import re
import secrets
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import BinaryIO

_TRACE = re.compile(rb"(?:(?:Received|Return-Path|Delivered-To)[ \t]*+:[^\n]*+\n(?:[ \t][^\n]*+\n)*+)*+", re.I)
TRACE = 64 * 1024
"""Octets in which the trace fields are looked for (RFC 5321 section 4.4)."""
NAMED = 256 * 1024
"""Octets after them that make the name of a message."""
MOST = 1000
HOUR = 3600.0


class Killers:
    """Remembers by keyed digests, at most `MOST`: no text of a message, and nobody can aim at a name."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._kills: dict[bytes, tuple[float, ...]] = {}

    def name(self, message: BinaryIO) -> bytes:
        """The same for a message that is sent again: a server in front puts a new time into its trace fields."""
        start = _start(message)
        after = _TRACE.match(start, 0, TRACE)
        begin = after.end() if after else 0
        return hashlib.blake2b(start[begin : begin + NAMED], key=self._key, digest_size=16).digest()

    def named(self, message: BinaryIO) -> Callable[[], bytes]:
        """The name of `message`, found when it is asked for; of one in memory even if it is closed by then."""
        if not isinstance(message, io.BytesIO):
            return partial(_known, self.name(message))
        return partial(self.name, io.BytesIO(message.getvalue()))  # which shares the octets

    def __len__(self) -> int:
        return len(self._kills)

    def add(self, name: bytes) -> None:
        """A worker died of it."""
        kills = (*self._kills.pop(name, ()), self._clock())
        while len(self._kills) >= MOST:
            del self._kills[next(iter(self._kills))]
        self._kills[name] = kills[-2:]

    def twice(self, name: bytes) -> bool:
        """Whether two workers died of it within the last hour."""
        kills = self._kills.get(name, ())
        return len(kills) == 2 and self._clock() - kills[0] < HOUR


def _known(name: bytes) -> bytes:
    return name


def _start(message: BinaryIO) -> bytes:
    """Its first octets; the position, which a worker may share, is not moved."""
    if isinstance(message, io.BytesIO):
        return bytes(message.getbuffer()[: TRACE + NAMED])
    return os.pread(message.fileno(), TRACE + NAMED, 0)
