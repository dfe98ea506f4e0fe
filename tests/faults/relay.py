"""A relay that follows a script: it answers well except where the test says otherwise."""

import asyncio
import socket
import ssl
import struct
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Say:
    """Answer with these octets, `after` seconds."""

    octets: bytes
    after: float = 0.0


@dataclass(frozen=True)
class Close:
    """Say the last words and close."""

    words: bytes = b""


@dataclass(frozen=True)
class Reset:
    """Break the connection off (RST)."""


@dataclass(frozen=True)
class Hang:
    """Never answer."""


@dataclass(frozen=True)
class Body:
    """What to do in the midst of a message, after so many lines: Close, Reset or Hang (which reads no more)."""

    lines: int
    step: "Close | Reset | Hang"


Step = Say | Close | Reset | Hang | Body

GOOD: dict[str, Step] = {
    "greeting": Say(b"220 relay ESMTP\r\n"),
    "STARTTLS": Say(b"220 go on\r\n"),
    "handshake": Say(b""),
    "XFORWARD": Say(b"250 ok\r\n"),
    "XCLIENT": Say(b"220 relay ESMTP\r\n"),
    "AUTH": Say(b"235 2.7.0 welcome\r\n"),
    "MAIL": Say(b"250 2.1.0 Ok\r\n"),
    "RCPT": Say(b"250 2.1.5 Ok\r\n"),
    "DATA": Say(b"354 go on\r\n"),
    "dot": Say(b"250 2.0.0 queued as 4711\r\n"),
    "QUIT": Close(b"221 bye\r\n"),
    "RSET": Say(b"250 ok\r\n"),
}


@dataclass
class Copy:
    """A message that the relay has: the command lines as they came, and the octets without stuffing."""

    mail: bytes
    rcpts: list[bytes] = field(default_factory=list)
    content: bytes = b""


class OverError(Exception):
    """The script ends the connection."""


class FakeRelay:
    """`script` names for each stage the steps in order; when they are used up, the relay behaves well.

    `extensions` are offered beside SIZE. With `lmtp` it speaks LMTP, and the stage "dot" comes once for each recipient.
    With `path` it listens at that unix socket. `tls` is used after STARTTLS, or from the start if `implicit`.
    """

    def __init__(
        self,
        script: dict[str, list[Step]] | None = None,
        extensions: tuple[bytes, ...] = (),
        *,
        lmtp: bool = False,
        path: Path | None = None,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
    ) -> None:
        self._good = dict(GOOD)
        hello = b"".join(b"250-%s\r\n" % line for line in (b"relay", *extensions)) + b"250 SIZE\r\n"
        self._good["LHLO" if lmtp else "EHLO"] = Say(hello)
        self._lmtp = lmtp
        self._path = path
        self.tls = tls
        self._implicit = tls if implicit else None
        self.connections = 0
        self.script: dict[str, list[Step]] = defaultdict(
            list, {stage: list(steps) for stage, steps in (script or {}).items()}
        )
        self.copies: list[Copy] = []
        self.commands: list[bytes] = []
        self.stored = asyncio.Event()
        self.left = asyncio.Event()
        self.in_body = asyncio.Event()
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        limit, context = 1 << 26, self._implicit
        if self._path is not None:
            self._server = await asyncio.start_unix_server(self._serve, self._path, limit=limit, ssl=context)
        else:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=limit, ssl=context)
            self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.die()

    async def die(self) -> None:
        """Close the port and all connections."""
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:  # under TLS each side would wait for the other one's goodbye
            writer.transport.abort()
        self._writers.clear()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (OverError, OSError, EOFError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            self.left.set()
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        copy = Copy(b"")
        await self._do(self._next("greeting"), writer)
        while True:
            line = (await reader.readuntil(b"\r\n"))[:-2]
            self.commands.append(line)
            verb = line.partition(b" ")[0].upper().decode("ascii", "replace")
            step = self._next(verb)
            await self._do(step, writer)
            if not isinstance(step, Say) or not step.octets.startswith((b"2", b"3")):
                continue
            if verb == "STARTTLS" and self.tls is not None:
                await self._do(self._next("handshake"), writer)
                await writer.start_tls(self.tls)
            elif verb == "MAIL":
                copy = Copy(line)
            elif verb == "RCPT":
                copy.rcpts.append(line)
            elif verb == "DATA" and step.octets.startswith(b"354"):
                copy.content = await self._body(reader, writer)
                for rcpt in copy.rcpts if self._lmtp else copy.rcpts[:1]:
                    await self._dot(Copy(copy.mail, [rcpt] if self._lmtp else copy.rcpts, copy.content), writer)

    async def _body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        fault = self._next("body")
        self.in_body.set()
        lines: list[bytes] = []
        while (line := await reader.readuntil(b"\r\n")) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
            if isinstance(fault, Body) and len(lines) >= fault.lines:
                await self._do(fault.step, writer)
        return b"".join(lines)

    async def _dot(self, copy: Copy, writer: asyncio.StreamWriter) -> None:
        step = self._next("dot")
        if not (isinstance(step, Say) and step.octets.startswith((b"4", b"5"))):
            self.copies.append(copy)
        self.stored.set()
        await self._do(step, writer)

    def _next(self, stage: str) -> Step | None:
        steps = self.script[stage]
        return steps.pop(0) if steps else self._good.get(stage)

    async def _do(self, step: Step | None, writer: asyncio.StreamWriter) -> None:
        match step:
            case Say(octets, after):
                await asyncio.sleep(after)
                writer.write(octets)
                await writer.drain()
            case Close(words):
                writer.write(words)
                raise OverError
            case Reset():
                connection = writer.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
                raise OverError
            case Hang():
                writer.transport.pause_reading()  # type: ignore[attr-defined]  # of every socket transport
                await asyncio.Event().wait()
            case _:
                writer.write(b"500 what?\r\n")
