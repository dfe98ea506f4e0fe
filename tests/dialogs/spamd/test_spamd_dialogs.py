"""Plays each `.dialog` file of this folder against our door; tests/e2e/test_spamd.py plays them against spamd."""

import asyncio
import socket
from pathlib import Path
from typing import BinaryIO

import pytest

from filter.lesson import Lesson
from tests.dialogs.spamd.play import FILES, exchanges, play
from tests.judge import FakeTeacher
from tests.spamd_door import settings, spamd_door


class Memory(FakeTeacher):
    """Knows what it was taught."""

    known: dict[bytes, str | None]

    async def teach(self, message: BinaryIO, size: int, lesson: Lesson) -> str:
        self.known = getattr(self, "known", {})
        raw = message.read()
        before = self.known.get(raw)
        self.known[raw] = lesson.label
        if lesson.label is None:
            return "forgotten" if before else "unknown"
        return "known" if before == lesson.label else "relabelled" if before else "learned"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_dialog(path: Path) -> None:
    async def run() -> None:
        async with spamd_door(table=settings(tell=path.stem == "tell"), teacher=Memory()) as door:

            def connect() -> socket.socket:
                return socket.create_connection(("127.0.0.1", door.port))

            for name, lines in exchanges(path):
                try:
                    await asyncio.to_thread(play, connect, lines, real=False)
                except AssertionError as error:
                    raise AssertionError(f"{path.name}, {name}: {error}") from None

    asyncio.run(run())
