"""Who judges and who learns behind a door in tests: they do as told, and remember what they were asked."""

import asyncio
from dataclasses import dataclass, field
from typing import BinaryIO

from filter.envelope import Envelope
from filter.lesson import Lesson
from filter.verdict import Hit, Verdict
from tests.faults.scanners import GTUBE


@dataclass
class FakeJudge:
    """Spam is what holds the test string. `fault` is raised instead; `wait` holds the verdict back until set."""

    fault: Exception | None = None
    wait: asyncio.Event | None = None
    called: asyncio.Event = field(default_factory=asyncio.Event)
    envelopes: list[Envelope] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)

    async def scan(self, message: BinaryIO, size: int, envelope: Envelope, clues: int = 0) -> Verdict:
        raw = message.read()
        assert len(raw) == size
        self.messages.append(raw)
        self.envelopes.append(envelope)
        self.called.set()
        if self.wait is not None:
            await self.wait.wait()
        if self.fault is not None:
            raise self.fault
        return self.verdict(raw, clues)

    def verdict(self, raw: bytes, clues: int) -> Verdict:
        """What it thinks of a message, with so many `clues` at most."""
        return Verdict((Hit("GTUBE", 1000.0),) if GTUBE in raw else (Hit("HAM", -7.5),))


@dataclass
class FakeTeacher:
    """Says `done`, or raises `fault`, and keeps what it was taught."""

    done: str = "learned"
    fault: Exception | None = None
    lessons: list[tuple[bytes, Lesson]] = field(default_factory=list)

    async def teach(self, message: BinaryIO, size: int, lesson: Lesson) -> str:
        raw = message.read()
        assert len(raw) == size
        self.lessons.append((raw, lesson))
        if self.fault is not None:
            raise self.fault
        return self.done
