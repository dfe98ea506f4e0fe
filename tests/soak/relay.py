"""A relay of its own process that breaks one connection in four, and keeps what it took through kill -9.

Call: PORT JOURNAL SEED. A line of the journal is there, with fsync, before the relay answers the final dot.
"""

import asyncio
import os
import random
import sys
from pathlib import Path

from tests.faults import relay as scripted
from tests.faults.relay import Body, Close, FakeRelay, Hang, OverError, Reset, Say, Step
from tests.soak.ledger import Copy
from tests.soak.mail import digest, number_of

BROKEN = 0.25
FAULTS: tuple[tuple[str, Step], ...] = (
    ("greeting", Say(b"421 busy\r\n")),
    ("greeting", Close()),
    ("EHLO", Hang()),
    ("MAIL", Say(b"450 4.3.2 later\r\n")),
    ("RCPT", Say(b"450 4.3.2 later\r\n")),
    ("RCPT", Close()),
    ("DATA", Say(b"451 4.3.0 later\r\n")),
    ("body", Body(2, Reset())),
    ("body", Body(1, Close())),
    ("before", Close()),
    ("dot", Say(b"451 4.3.0 later\r\n")),
    ("dot", Say(b"250 late\r\n", after=0.3)),
    ("dot", Close()),
    ("dot", Reset()),
    ("dot", Close(b"250 half")),
    ("dot", Hang()),
)


class Relay(FakeRelay):
    """Keeps a journal. One connection in four adds a fault; who first comes to its stage meets it."""

    def __init__(self, port: int, journal: Path, seed: int) -> None:
        super().__init__()
        self.port = port
        self._dice = random.Random(seed)
        self._journal = os.open(journal, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)

    def _next(self, stage: str) -> Step | None:
        if stage == "greeting" and self._dice.random() < BROKEN:
            where, step = self._dice.choice(FAULTS)
            self.script[where].append(step)
        return super()._next(stage)

    async def _dot(self, copy: scripted.Copy, writer: asyncio.StreamWriter) -> None:
        if self.script["before"]:
            self.script["before"].pop()
            raise OverError
        step = self._next("dot")
        if not (isinstance(step, Say) and step.octets.startswith(b"4")):
            self._keep(copy.content)
        await self._do(step, writer)

    def _keep(self, content: bytes) -> None:
        marked = b"X-Spam-Flag: NO\r\n" in content.partition(b"X-Id: ")[0]
        row = f"{number_of(content)} {digest(content)} {int(marked)}\n"
        os.write(self._journal, row.encode())
        os.fsync(self._journal)


def journal(path: Path) -> list[Copy]:
    """What a relay has kept."""
    rows = [line.split() for line in path.read_text().splitlines()]
    return [
        Copy(None if number == "None" else int(number), found, marked == "1", f"line {place}")
        for place, (number, found, marked) in enumerate(rows)
    ]


async def main(port: int, path: Path, seed: int) -> None:
    """Serve until killed."""
    async with Relay(port, path, seed):
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
