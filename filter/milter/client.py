"""Asks a filter about a message as a mail server does, by version 6 of the milter protocol."""

import asyncio
from collections.abc import Iterator

from filter.door.dial import dialled
from filter.door.endpoint import Endpoint, reason
from filter.door.scanned import DoorError, Scanned
from filter.envelope import Envelope
from filter.milter import marks
from filter.milter.frames import FrameReader, MilterError, frame
from filter.milter.mta import Letter
from filter.milter.negotiation import ALL_ACTIONS, ALL_STEPS, LEFT_OUT, NEWEST, NOT_ANSWERED, numbers, offer
from filter.milter.words import connection

READ = 64 * 1024
MOST = 16 * 1024 * 1024
"""Octets of a filter's answers that are read."""
QUEUE_ID = b"hamgate-scan"
_HOST = b"localhost"
_PROGRESS = b"p"
_CHANGES = frozenset((b"h", b"i", b"m"))
_LAST = {b"a": "accept", b"c": "accept", b"r": "reject", b"t": "tempfail", b"d": "discard"}


async def scan(endpoint: Endpoint, message: bytes, envelope: Envelope, seconds: float = 60.0) -> Scanned:
    """Hand `message` over to the filter at `endpoint`. Raises DoorError: there is no answer that makes sense."""
    try:
        async with asyncio.timeout(seconds):
            return await _asked(endpoint, Letter(message), envelope)
    except TimeoutError:
        raise DoorError(f"no answer within {seconds:g} seconds") from None
    except MilterError as error:
        raise DoorError(f"no milter: {error}") from None
    except (EOFError, ConnectionResetError, BrokenPipeError):
        raise DoorError("the connection was closed before the answer") from None
    except OSError as error:
        raise DoorError(f"no connection: {reason(error)}") from None


async def _asked(endpoint: Endpoint, letter: Letter, envelope: Envelope) -> Scanned:
    async with dialled(endpoint) as (reader, writer):
        return await _Visit(reader, writer, letter).run(envelope)


class _Visit:
    """One message on one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, letter: Letter) -> None:
        self._reader = reader
        self._writer = writer
        self._frames = FrameReader()
        self._read = 0
        self._letter = letter
        self._held = False

    async def run(self, envelope: Envelope) -> Scanned:
        """Say it all, as far as it is heard, and return what the filter says at the end or before."""
        self._writer.write(offer(NEWEST, ALL_ACTIONS, ALL_STEPS))
        name, data = await self._frame()
        if name != b"O":
            raise MilterError("no answer to our offer")
        _, _, steps = numbers(data)
        skipped = b""
        for name, data in said(self._letter, envelope):
            if steps & LEFT_OUT.get(name, 0) or name == skipped:
                continue
            self._writer.write(frame(name, data))
            await self._writer.drain()
            if name == b"D" or steps & NOT_ANSWERED.get(name, 0):
                continue
            found, answer = await self._answer()
            if found == b"s":
                skipped = name
            elif found != b"c" or name == b"E":
                return self._scanned(found, answer)
        raise MilterError("no end")  # pragma: no cover - the last thing said is the end of the message

    async def _answer(self) -> tuple[bytes, bytes]:
        """The filter's word on what was said last; changes come before it."""
        while True:
            name, data = await self._frame()
            if name in _CHANGES:
                self._letter.change(name, data)
            elif name == b"q":
                self._held = True
            elif name != _PROGRESS:
                return name, data

    async def _frame(self) -> tuple[bytes, bytes]:
        while (found := self._frames.take()) is None:
            octets = await self._reader.read(READ)
            self._read += len(octets)
            if not octets:
                raise EOFError
            if self._read > MOST:
                raise MilterError("an answer without end")
            self._frames.feed(octets)
        return found

    def _scanned(self, found: bytes, data: bytes) -> Scanned:
        if found == b"y":
            text = data.rstrip(b"\0").replace(b"%%", b"%").decode("ascii", "replace")
            return Scanned("reject" if text.startswith("5") else "tempfail", text=text)
        if found not in _LAST:
            raise MilterError("an answer of an unknown kind")
        seen = self._letter.marks()
        accepted = "hold" if self._held else "tag" if marks.tagged(seen) else "accept"
        action = accepted if _LAST[found] == "accept" else _LAST[found]
        return Scanned(action, marks.score(seen), marks.required(seen), marks.hits(seen))


def said(letter: Letter, envelope: Envelope) -> Iterator[tuple[bytes, bytes]]:
    """All that an MTA tells of a message, in order: letters of frames and their data. Three are of the client."""
    yield b"D", b"Cj\0" + _HOST + b"\0"
    yield b"C", connection(_HOST, envelope.client_address)
    if envelope.helo:
        yield b"H", envelope.helo + b"\0"
    login = envelope.login.encode("utf-8", "replace")
    yield b"D", b"Mi\0" + QUEUE_ID + b"\0" + (b"{auth_authen}\0" + login + b"\0" if login else b"")
    yield b"M", b"\0" if envelope.sender is None else b"<" + envelope.sender + b">\0"
    for recipient in envelope.recipients:
        yield b"R", b"<" + recipient + b">\0"
    yield b"T", b""
    for name, value in letter.fields:
        yield b"L", name + b"\0" + value + b"\0"
    yield b"N", b""
    for part in letter.parts():
        yield b"B", part
    yield b"D", b"Ei\0" + QUEUE_ID + b"\0"
    yield b"E", b""
