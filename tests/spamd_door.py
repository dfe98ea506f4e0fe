"""A spamd door in the test's own event loop, with a judge and a teacher that do as told, and how to ask it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from filter.door.desk import Desk
from filter.door.guests import Guests
from filter.door.limits import DoorLimits
from filter.policy import Policy
from filter.record import Record
from filter.spamd.server import Session
from filter.spamd.settings import SpamdDoor
from filter.terms import PolicyBook
from tests.judge import FakeJudge, FakeTeacher

HAM = b"""From: Ann <ann@example.org>
To: bob@example.net
Subject: lunch
Date: Tue, 5 Mar 2024 10:00:00 +0100
Message-ID: <1@example.org>

Shall we meet at noon?
"""
SPAM = HAM + b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n"
"""The test string of SpamAssassin, on which every judge agrees."""


@dataclass
class Door:
    """The door, who is in, and what became of each message."""

    port: int
    guests: Guests
    judge: FakeJudge
    records: list[Record]
    session: Callable[[], Session]
    path: Path | None = None

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.path is not None:
            return await asyncio.open_unix_connection(self.path)
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, *parts: bytes, end: bool = True) -> bytes:
        """Say `parts`, one after the other, and with `end` that this is all; return all that is answered."""
        reader, writer = await self.connect()
        with contextlib.suppress(ConnectionError):
            for part in parts:
                writer.write(part)
                await writer.drain()
            if end:
                writer.write_eof()
        try:
            async with asyncio.timeout(20):
                return await reader.read()
        finally:
            writer.close()


def settings(users: str = "ignore", tell: bool = False, allow: Iterable[str] = ("127.0.0.1",)) -> SpamdDoor:
    return SpamdDoor(
        address="127.0.0.1:0", users="recipient" if users == "recipient" else "ignore", tell=tell, allow=tuple(allow)
    )


@contextlib.asynccontextmanager
async def spamd_door(
    judge: FakeJudge | None = None,
    table: SpamdDoor | None = None,
    limits: DoorLimits | None = None,
    policy: Policy | PolicyBook | None = None,
    teacher: FakeTeacher | None = None,
    path: Path | None = None,
) -> AsyncIterator[Door]:
    """Open a door at a port of 127.0.0.1, or at the unix socket `path`."""
    loop, limits, judge = asyncio.get_running_loop(), limits or DoorLimits(), judge or FakeJudge()
    guests, records = Guests(limits), list[Record]()
    book = policy if isinstance(policy, PolicyBook) else PolicyBook(policy or Policy())
    desk = Desk(
        judge=judge, book=book, version="1.0", hostname="door.test", listener="spamd.local", witnesses=(records.append,)
    )

    def make() -> Session:
        return Session(desk, table or settings(), limits, guests, loop, teacher)

    server = await (
        loop.create_server(make, "127.0.0.1", 0) if path is None else loop.create_unix_server(make, str(path))
    )
    try:
        port = 0 if path else server.sockets[0].getsockname()[1]
        yield Door(port, guests, judge, records, make, path)
    finally:
        server.close()
        await guests.farewell(0.05)
        await guests.farewell(1.0)


def asked(verb: str, message: bytes | None = None, *fields: str, version: str = "1.5") -> bytes:
    """A request as spamc writes it."""
    lines = [f"{verb} SPAMC/{version}", *fields]
    if message is not None:
        lines.append(f"Content-length: {len(message)}")
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode() + (message or b"")
