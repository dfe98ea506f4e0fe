"""A client that says exactly what a test wants, and hears each reply whole."""

import asyncio
import socket
import struct
from types import TracebackType
from typing import Self

HAM = b"Subject: lunch\r\nFrom: a@x.test\r\n\r\nTwelve?\r\n"


class Client:
    """An SMTP connection by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, port: int) -> Self:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.writer.close()

    async def reply(self) -> bytes:
        """One reply with all its lines; b"" if the server closed the connection."""
        octets = b""
        async with asyncio.timeout(20):
            while True:
                line = await self.reader.readline()
                octets += line
                if not line or line[3:4] != b"-":
                    return octets

    async def say(self, line: bytes) -> bytes:
        """Send a line and hear the reply."""
        self.write(line + b"\r\n")
        return await self.reply()

    def write(self, octets: bytes) -> None:
        self.writer.write(octets)

    async def hello(self) -> None:
        assert (await self.reply()).startswith(b"220 ")
        assert (await self.say(b"EHLO client.test")).startswith(b"250-")

    async def envelope(self, *recipients: bytes) -> list[bytes]:
        """MAIL and RCPT; returns the replies."""
        replies = [await self.say(b"MAIL FROM:<s@x.test>")]
        return replies + [await self.say(b"RCPT TO:<%s>" % recipient) for recipient in recipients or (b"r@y.test",)]

    async def data(self, message: bytes = HAM) -> bytes:
        """DATA and a message, which must not need stuffing; returns the last reply."""
        reply = await self.say(b"DATA")
        return await self.say(message + b".") if reply.startswith(b"354") else reply

    async def begin_data(self, message: bytes = HAM) -> None:
        """A whole transaction but for the final dot."""
        await self.envelope()
        assert (await self.say(b"DATA")).startswith(b"354")
        self.write(message)

    async def closed(self) -> bool:
        """Wait for the end of the connection."""
        async with asyncio.timeout(20):
            try:
                return not await self.reader.read()
            except ConnectionError:
                return True
            finally:
                self.writer.close()

    def reset(self) -> None:
        """Go away rudely (RST)."""
        connection: socket.socket = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
