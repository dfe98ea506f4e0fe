"""What mail servers say, as frames, and a session without sockets that hears it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from filter.door.desk import Desk
from filter.door.guests import Guests
from filter.door.limits import DoorLimits
from filter.milter.frames import FrameReader, frame
from filter.milter.negotiation import ALL_ACTIONS, ALL_STEPS, offer
from filter.milter.server import Session
from filter.milter.settings import MilterDoor
from filter.policy import Policy
from filter.record import Record
from filter.terms import PolicyBook
from tests.faults.scanners import GTUBE
from tests.judge import FakeJudge
from tests.unit.smtp.memory import MemoryTransport

SENDMAIL = offer(2, 0x3F, 0x7F)
"""Sendmail 8.13: it waits for an answer to everything."""
POSTFIX = offer(6, 0x1FF, 0x1FFFFF)

CONNECT = frame(b"C", b"client.test\0" + b"4" + b"\x04\x00" + b"192.0.2.7\0")
HELO = frame(b"H", b"client.test\0")
MAIL = frame(b"M", b"<s@x.test>\0SIZE=100\0")
RCPT = frame(b"R", b"<r@y.test>\0")
SUBJECT = frame(b"L", b"Subject\0 hello\0")
BODY = frame(b"B", b"Good morning.\r\n")
END = frame(b"E")
ABORT = frame(b"A")
QUIT = frame(b"Q")
NEXT_CLIENT = frame(b"K")
ENVELOPE = CONNECT + HELO + MAIL + RCPT
HAM = ENVELOPE + SUBJECT + BODY + END
SPAM = ENVELOPE + SUBJECT + frame(b"B", GTUBE + b"\r\n") + END


def macros(stage: bytes, *words: bytes) -> bytes:
    return frame(b"D", stage + b"".join(word + b"\0" for word in words))


def header(name: bytes, value: bytes) -> bytes:
    return frame(b"L", name + b"\0" + value + b"\0")


def frames(octets: bytes) -> list[tuple[bytes, bytes]]:
    """Letters and data, of whole frames."""
    reader = FrameReader()
    reader.feed(octets)
    found = []
    while (one := reader.take()) is not None:
        found.append(one)
    assert not reader.waiting
    return found


def letters(octets: bytes) -> str:
    """What kinds of frames there are."""
    return b"".join(letter for letter, _ in frames(octets)).decode()


@dataclass
class Witness:
    """Keeps what it hears."""

    records: list[Record] = field(default_factory=list)

    def __call__(self, record: Record) -> None:
        self.records.append(record)


def desk(judge: FakeJudge, witness: Witness | None = None, policy: Policy | PolicyBook | None = None) -> Desk:
    book = policy if isinstance(policy, PolicyBook) else PolicyBook(policy or Policy(5.0, 15.0))
    return Desk(judge=judge, book=book, version="1.0", listener="mta", witnesses=(witness or Witness(),))


def table(patience: float = 7210.0, progress: float = 5.0) -> MilterDoor:
    """The settings of a door, as far as a session asks for them."""
    return MilterDoor(address="127.0.0.1:0", patience=patience, progress=progress)


class Transport(MemoryTransport):
    """Lets a test wait for what is written."""

    def __init__(self, protocol: asyncio.BaseProtocol) -> None:
        super().__init__(protocol)
        self._more = asyncio.Event()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        super().write(data)
        self._more.set()

    async def heard(self, count: int) -> None:
        """Wait for so many writes in all."""
        while len(self.written) < count:
            self._more.clear()
            await self._more.wait()


class Visit:
    """A session, and the mail server in the test. Used in a running event loop."""

    def __init__(
        self,
        policy: Policy | PolicyBook | None = None,
        limits: DoorLimits | None = None,
        settings: MilterDoor | None = None,
        guests: Guests | None = None,
        judge: FakeJudge | None = None,
    ) -> None:
        self.judge = judge or FakeJudge()
        self.witness = Witness()
        self.guests = Guests(limits or DoorLimits()) if guests is None else guests
        loop = asyncio.get_running_loop()
        self.session = Session(
            desk(self.judge, self.witness, policy), settings or table(), limits or DoorLimits(), self.guests, loop
        )
        self.transport = Transport(self.session)
        self.session.connection_made(self.transport)

    async def say(self, *octets: bytes) -> bytes:
        """Send octets, in these pieces, and return the answers, when the session has no more to say."""
        before = len(self.transport.written)
        for piece in octets:
            if "abort" not in self.transport.end and "close" not in self.transport.end:
                self.session.data_received(piece)
        for _ in range(30 + sum(map(len, octets)) // 300):
            await asyncio.sleep(0)
        return b"".join(self.transport.written[before:])

    async def leave(self) -> None:
        """The mail server is gone."""
        self.session.connection_lost(None)
        for _ in range(10):
            await asyncio.sleep(0)


def cut(octets: bytes, size: int) -> Iterable[bytes]:
    """Pieces of `size` octets."""
    return (octets[place : place + size] for place in range(0, len(octets), size))


ALL = offer(6, ALL_ACTIONS, ALL_STEPS)
