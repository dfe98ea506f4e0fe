"""A client's octets, in and out: the only place of this side that knows sockets and TLS.

It reads no more from the socket than is wanted: a header of the PROXY protocol must not take the start of a TLS
handshake with it, and a client that floods us gets its turn as others do, 64 KiB at a time.
"""

import asyncio
import ssl
from typing import cast

READ = 64 * 1024
CHUNK = 16 * 1024
"""Octets of a message that are worked on in one go, before others have their turn."""
LONGEST = 1024 * 1024
"""Octets of an overlong line that we pass over before we end the connection."""
_INCOMING = memoryview(bytearray(READ))
SHARE = 16
"""Lines that a client gets out of its buffer before others have their turn."""


class ClientGoneError(ConnectionResetError):
    """The client ended the connection before it had said all it had to."""


class LineTooLongError(ValueError):
    """A line exceeds the limit; it has been read to its end, so the next one can follow."""


class EndlessLineError(ValueError):
    """A line has no end within reason."""


class Connection(asyncio.BufferedProtocol):
    """Octets of one client. One task reads; what it has not asked for waits here, at most about 128 KiB."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.transport: asyncio.Transport | None = None
        self.encrypted = False
        self.want = READ
        """Octets that a single read of the socket may take."""
        self._octets = bytearray()
        self._wake: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._paused = False
        self.between_languages = False
        """A TLS handshake is under way: neither plain text nor secrets can be said."""
        self._eof = False
        self._lines = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast(asyncio.Transport, transport)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Say where the next octets go. One buffer serves all: it is emptied before anybody else reads."""
        return _INCOMING[: self.want]  # a view, because TLS fills slices of it

    def buffer_updated(self, nbytes: int) -> None:
        """Keep what came; of a client that sends faster than we work no more is read for now."""
        self._octets += _INCOMING[:nbytes]
        if len(self._octets) > READ and self.transport is not None and not (self._paused or self.between_languages):
            self._paused = True
            self.transport.pause_reading()
        self._awake()

    def eof_received(self) -> bool:
        """Let a client that has said all still hear our replies (RFC 5321 section 3.8); TLS has no such end."""
        self._eof = True
        self._awake()
        return not self.encrypted and not self.between_languages

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits for the client."""
        self.transport = None
        self._eof = True
        self._awake()
        self.resume_writing()

    def pause_writing(self) -> None:
        """The client does not take our replies."""
        if self._room is None:
            self._room = self.loop.create_future()

    def resume_writing(self) -> None:
        """The client has taken most of them."""
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None

    def _awake(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    @property
    def waiting_octets(self) -> int:
        """Octets that are here and not read yet."""
        return len(self._octets)

    async def more(self) -> None:
        """Wait for octets beyond those that are here. ClientGoneError if none will come."""
        if self._eof:
            raise ClientGoneError("the client ended the connection")
        if self._paused and self.transport is not None:
            self._paused = False
            self.transport.resume_reading()
        self._wake = self.loop.create_future()
        try:
            await self._wake
        finally:
            self._wake = None

    async def first(self) -> int:
        """Wait for an octet and return it without taking it."""
        while not self._octets:
            await self.more()
        return self._octets[0]

    async def line(self, limit: int) -> bytes:
        """Take a line, without its end. Raises LineTooLongError (it is gone), EndlessLineError, ClientGoneError."""
        end = self._octets.find(b"\n", 0, limit)
        while end < 0:
            if len(self._octets) >= limit:
                await self._pass_over()
            await self.more()
            end = self._octets.find(b"\n", 0, limit)
        line = bytes(self._octets[:end])
        del self._octets[: end + 1]
        await self._take_turns()
        return line.rstrip(b"\r")

    async def _take_turns(self) -> None:
        """Commands sent ahead come without waiting; the others must not wait for all of them."""
        self._lines = (self._lines + 1) % SHARE
        if not self._lines:
            await asyncio.sleep(0)

    async def _pass_over(self) -> None:
        passed = 0
        while (end := self._octets.find(b"\n")) < 0:
            passed += len(self._octets)
            if passed > LONGEST:
                raise EndlessLineError
            self._octets.clear()
            await self.more()
        del self._octets[: end + 1]
        raise LineTooLongError

    async def chunk(self) -> bytes:
        """Take what is here, at least an octet and at most `CHUNK`. Raises ClientGoneError."""
        if self._octets:
            await asyncio.sleep(0)  # a client that is always ahead must not be the only one served
        while not self._octets:
            await self.more()
        octets = bytes(self._octets[:CHUNK])
        del self._octets[:CHUNK]
        return octets

    def give_back(self, octets: bytes) -> None:
        """Return octets that were taken too early: commands sent ahead (RFC 2920)."""
        self._octets[:0] = octets

    def write(self, octets: bytes) -> None:
        """Send octets, if there is still somebody to hear them."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(octets)

    async def drained(self) -> None:
        """Wait until the client has taken most of what was sent."""
        if self._room is not None:
            await self._room

    async def secure(self, context: ssl.SSLContext, seconds: float) -> None:
        """Go on under TLS (RFC 3207). What came in plain text before is forgotten, never read as if it were secret.

        Raises OSError (ssl.SSLError is one) or TimeoutError; then the connection is closed.
        """
        if self.transport is None:
            raise ClientGoneError("before TLS")
        self.between_languages = True
        self._octets.clear()  # `start_tls` takes the socket over at once: nothing is read between here and there
        try:
            upgraded = await self.loop.start_tls(
                self.transport, self, context, server_side=True, ssl_handshake_timeout=seconds
            )
        finally:
            self.between_languages = False
        if upgraded is None:  # the connection was broken off by us in the midst of it
            raise ClientGoneError("in the midst of a TLS handshake")
        self.transport = upgraded
        self.encrypted = True
