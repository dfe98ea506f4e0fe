"""An HTTP door in the test's own event loop, with a judge and a teacher that do as told."""

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filter.door.desk import Desk
from filter.door.guests import Guests
from filter.door.limits import DoorLimits
from filter.policy import Policy
from filter.record import Record
from filter.terms import PolicyBook
from filter.verdict import Clue, Hit, Verdict
from filter.web.server import Door, Session
from filter.web.settings import HttpDoor
from filter.web.site import Find
from tests.judge import FakeJudge, FakeTeacher
from tests.unit.smtp.memory import MemoryTransport

HAM = b"From: a@x.test\r\nMessage-ID: <1@x.test>\r\nSubject: lunch\r\n\r\nTwelve?\r\n"
SPAM = b"From: b@y.test\r\nSubject: offer\r\n\r\nbuy now\r\n"
TOKEN = "a-token-of-32-characters-a-token"  # noqa: S105 - of the tests


class BuyJudge(FakeJudge):
    """Calls spam what says "buy", for more reasons than one."""

    def verdict(self, raw: bytes, clues: int) -> Verdict:
        named = (Clue("buy", 2.5),)[:clues]
        points = 20.25 if b"buy" in raw else -7.5
        return Verdict((Hit("NB_WORDS", points, "", named), Hit("DKIM_ABSENT", 0.5, "caf\u00e9 \udc80")), "model-1")


@dataclass
class Answer:
    """What a client hears."""

    status: int
    fields: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Opened:
    """A door, and what it did."""

    port: int
    door: Door
    guests: Guests
    judge: BuyJudge
    teacher: FakeTeacher
    records: list[Record]
    told: asyncio.Event
    """Set when there is a record."""

    async def ask(self, method: str, path: str, body: bytes = b"", **fields: str) -> Answer:
        """One request on a connection of its own."""
        return await heard(self.port, request(method, path, body, **fields))

    async def connect(self) -> "Client":
        return Client(*await asyncio.open_connection("127.0.0.1", self.port))


def request(method: str, path: str, body: bytes = b"", **fields: str) -> bytes:
    """The octets of a request; `_` in names of fields is `-`."""
    said = {"host": "door.test", "content-length": str(len(body))}
    if path.startswith("/v1/") and method == "POST":
        said["content-type"] = "message/rfc822"
    said |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items() if value)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


async def heard(port: int, octets: bytes) -> Answer:
    """The answer to a request on a connection of its own."""
    async with Client(*await asyncio.open_connection("127.0.0.1", port)) as client:
        client.write(octets)
        return await client.answer()


class Client:
    """A connection by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    def write(self, octets: bytes) -> None:
        self.writer.write(octets)

    def write_eof(self) -> None:
        """Say no more."""
        self.writer.write_eof()

    def vanish(self) -> None:
        """End the connection with RST, as a client that crashed."""
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def answer(self, *, head: bool = False) -> Answer:
        """The next answer, whole."""
        async with asyncio.timeout(20):
            start = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            fields = dict(line.split(": ", 1) for line in start[1:-2])
            length = 0 if head else int(fields["content-length"])
            return Answer(int(start[0].split(" ")[1]), fields, await self.reader.readexactly(length))

    async def rest(self) -> bytes:
        """All that comes before the end of the connection."""
        async with asyncio.timeout(20):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""


class Wire(MemoryTransport):
    """A transport in memory to a client on this machine, which is paused without being closed."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.flowing = asyncio.Event()
        self.flowing.set()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 1024) if name == "peername" else default

    def is_closing(self) -> bool:
        return bool(self.end)

    def pause_reading(self) -> None:
        self.flowing.clear()

    def resume_reading(self) -> None:
        self.flowing.set()


@contextlib.asynccontextmanager
async def opened(
    judge: BuyJudge | None = None,
    teacher: FakeTeacher | None = None,
    find: Find | None = None,
    settings: HttpDoor | None = None,
    limits: DoorLimits | None = None,
    policy: Policy | None = None,
) -> AsyncIterator[Opened]:
    """A door on a port of loopback."""
    loop = asyncio.get_running_loop()
    judge, limits, records = judge or BuyJudge(), limits or DoorLimits(), list[Record]()
    told = asyncio.Event()
    book = PolicyBook(policy or Policy(5.0, 15.0))
    desk = Desk(judge=judge, book=book, version="1.0", listener="web", witnesses=(records.append, lambda _: told.set()))
    door = Door(desk, settings or table(), limits, teacher, find)
    guests = Guests(limits)
    server = await loop.create_server(lambda: door.session(guests, loop), "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield Opened(port, door, guests, judge, teacher or FakeTeacher(), records, told)
    finally:
        server.close()
        await guests.farewell(0.05)


def play(scenario: Callable[[Opened], Awaitable[None]], **what: Any) -> None:
    """Run a test's scenario at a door that is made of `what` (see `opened`)."""

    async def run() -> None:
        async with opened(**what) as door:
            await scenario(door)

    asyncio.run(run())


def asked(method: str, path: str, body: bytes = b"", **what: Any) -> Answer:
    """The answer of a door made of `what` to one request; `fields` are those of the request."""
    found: list[Answer] = []
    fields = what.pop("fields", {})

    async def scenario(door: Opened) -> None:
        found.append(await door.ask(method, path, body, **fields))

    play(scenario, **what)
    return found[0]


def table(**settings: Any) -> HttpDoor:
    """The settings of a door."""
    return HttpDoor(address="127.0.0.1:0", **settings)


def with_token(folder: Path, **settings: Any) -> HttpDoor:
    """The settings of a door that has a token."""
    file = folder / "token"
    file.write_text(f"{TOKEN}\n")
    return table(token_file=file, **settings)
