"""The relay as an SMTP server: our own client, which sends the very octets it was given (RFC 5321)."""

import asyncio
import os
from collections.abc import Iterable, Mapping

from filter.reply import Reply
from filter.smtp.data import stuffed
from filter.smtp.limits import Patience
from filter.smtp.peer import Peer
from filter.smtp.relay import RelayError
from filter.smtp.wire import Wire

CHUNK = 64 * 1024


class SmtpRelay:
    """An SMTP server at `host` and `port`; `hostname` is who we say we are."""

    def __init__(self, host: str, port: int, hostname: str, patience: Patience | None = None) -> None:
        self._host = host
        self._port = port
        self._hostname = hostname
        self._patience = patience or Patience()

    def __str__(self) -> str:
        return f"[{self._host}]:{self._port}" if ":" in self._host else f"{self._host}:{self._port}"

    async def open(self, peer: Peer) -> "SmtpHop":
        """Connect, wait for the greeting and say EHLO."""
        hop = SmtpHop(await self._connect(), self._patience)
        try:
            await hop.greet(self._hostname)
        except BaseException:
            hop.abort()
            raise
        return hop

    async def _connect(self) -> Wire:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._patience.connect):
                _, wire = await loop.create_connection(Wire, self._host, self._port)
        except (OSError, TimeoutError) as error:
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error) or "no answer in time"
            raise RelayError(f"cannot connect: {reason}") from error
        return wire


class SmtpHop:
    """A session with an SMTP server."""

    def __init__(self, wire: Wire, patience: Patience) -> None:
        self._wire = wire
        self._patience = patience
        self._in_data = False
        self._last = b""
        self.extensions: Mapping[bytes, bytes] = {}

    async def greet(self, hostname: str) -> None:
        """Take the greeting and introduce us. A relay that refuses us here is out of order, not the message."""
        _require(220, await self._wire.greeting(self._patience.connect))  # RFC 5321 section 3.1
        reply = await self._say(b"EHLO " + hostname.encode("ascii"))  # section 3.2
        _require(250, reply)
        words = (line.partition(b" ") for line in reply.lines[1:])
        self.extensions = {word.upper(): parameters for word, _, parameters in words}

    async def auth(self, line: bytes) -> Reply:
        """See `Hop`."""
        return _answer(await self._say(line), 235, 334)

    async def rset(self) -> Reply:
        """See `Hop`."""
        return _answer(await self._say(b"RSET"), 250)

    async def mail(self, line: bytes) -> Reply:
        """See `Hop`."""
        return _answer(await self._say(line), 250)

    async def rcpt(self, line: bytes) -> Reply:
        """See `Hop`."""
        return _answer(await self._say(line), 250, 251)  # section 4.3.2

    async def data(self) -> Reply:
        """See `Hop`."""
        reply = _answer(await self._say(b"DATA"), 354)
        self._in_data = reply.code == 354
        return reply

    async def body(self, chunks: Iterable[bytes]) -> None:
        """See `Hop`. At least the final dot is held back: until it is sent the relay has no message."""
        for chunk in stuffed(chunks):
            if len(self._last) + len(chunk) > CHUNK:
                await self._wire.send(self._last, self._patience.write)
                self._last = b""
            self._last += chunk

    async def commit(self) -> tuple[Reply, ...]:
        """See `Hop`."""
        reply = _answer(await self._wire.ask(self._last, self._patience.write, self._patience.final), 250)
        self._last = b""
        self._in_data = False
        return (reply,)

    def close(self) -> None:
        """See `Hop`."""
        if self._in_data:  # section 4.1.1.4: without the final dot there is no message
            self._wire.abort()
        else:
            self._wire.close(b"QUIT\r\n")

    def abort(self) -> None:
        """Break the connection off."""
        self._wire.abort()

    async def _say(self, line: bytes) -> Reply:
        return await self._wire.ask(line + b"\r\n", self._patience.write, self._patience.command)


def _require(code: int, reply: Reply) -> None:
    if reply.code != code:
        raise RelayError(f"expected {code}, heard {bytes(reply)[:80]!r}")


def _answer(reply: Reply, *good: int) -> Reply:
    """Let through success and refusals. 421 ends the session (section 3.8), so it is a fault of the relay."""
    if reply.code not in good and not (400 <= reply.code < 600 and reply.code != 421):
        raise RelayError(f"unexpected reply {bytes(reply)[:80]!r}")
    return reply
