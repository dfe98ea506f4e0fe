"""The connection to a relay: lines out, one reply in for each. The only place of this side that knows sockets."""

import asyncio
import math
import ssl
from collections import deque
from typing import TypeVar, cast

from filter.reply import Reply
from filter.smtp.relay import RelayError
from filter.smtp.replies import ReplyError, ReplyReader, codes

T = TypeVar("T")
FAREWELL = 5.0  # seconds for the goodbye of TLS, after ours


class HandshakeError(RelayError):
    """The connection was there, but TLS did not come about."""


_INCOMING = memoryview(bytearray(16 * 1024))
"""Where octets arrive, for all: they are taken out before anybody else reads. asyncio would make 256 KiB each time."""


class Wire(asyncio.BufferedProtocol):
    """Sends octets and waits for replies. What comes unasked breaks it: after that no reply can be believed."""

    def __init__(self) -> None:
        self._replies = ReplyReader()
        self._transport: asyncio.Transport | None = None
        self._awaited: deque[asyncio.Future[Reply]] = deque()
        self._unheard: deque[asyncio.Future[Reply]] = deque()
        self._expect(1)  # RFC 5321 section 3.1: the server speaks first
        self._room: asyncio.Future[None] | None = None
        self._fault = ""
        self.discreet = False
        """Whether a mail is under way, of which the words of the other side may tell: then no fault quotes them."""
        self._deadline = math.inf
        self._too_late = ""
        self._timer: asyncio.TimerHandle | None = None

    @property
    def alive(self) -> bool:
        """False once the connection is lost or nothing that comes over it can be believed."""
        return not self._fault and self._transport is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let a write end only when the system has taken all of it."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=0)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits."""
        if self._timer is not None:
            self._timer.cancel()
        self._fail(f"connection lost: {exc}" if exc else "the relay closed the connection")

    def get_buffer(self, sizehint: int) -> memoryview:
        """Say where the next octets go."""
        return _INCOMING[:]  # a view of its own, because TLS fills slices of it

    def buffer_updated(self, nbytes: int) -> None:
        """Take them."""
        self.data_received(bytes(_INCOMING[:nbytes]))

    def data_received(self, data: bytes) -> None:
        """Read on, and hand over a complete reply."""
        try:
            reply = self._replies.feed(data)
            while reply is not None:
                self._deliver(reply)
                reply = self._replies.feed(b"")
        except ReplyError as error:
            self._fail(str(error) if self.discreet or not error.line else f"{error}: {error.line!r}")

    def _deliver(self, reply: Reply) -> None:
        if not self._awaited or self._awaited[0].done():
            self._fail(f"the relay spoke out of turn: {codes(reply) if self.discreet else repr(bytes(reply)[:80])}")
        else:
            self._awaited.popleft().set_result(reply)

    def _fail(self, text: str) -> None:
        self._fault = self._fault or text
        waiting: list[asyncio.Future[Reply] | asyncio.Future[None]] = [*self._awaited]
        for future in waiting if self._room is None else [*waiting, self._room]:
            if not future.done():
                future.set_exception(RelayError(self._fault))
                future.exception()  # whoever waits for another one hears it too: this one need not be awaited

    def pause_writing(self) -> None:
        """The system takes no more for now."""
        self._room = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """The system has taken all."""
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None

    async def start_tls(self, context: ssl.SSLContext, name: str, seconds: float) -> None:
        """Turn to TLS with the server that calls itself `name`. HandshakeError if its certificate or TLS is no good.

        What came in clear text and was not asked for would be taken for a reply under TLS (RFC 3207 section 5): such
        a connection is broken.
        """
        if not self._replies.idle or any(future.done() for future in self._unheard):
            self._fail("the relay spoke in clear text before TLS")
        if self._fault or self._transport is None:
            raise RelayError(self._fault or "not connected")
        try:
            self._transport = await self._secured(self._transport, context, name, seconds)
        except OSError as error:  # of which ssl.SSLError and TimeoutError are kinds
            self._fail(f"no TLS: {error}")
            raise HandshakeError(self._fault) from error
        self._transport.set_write_buffer_limits(high=1)  # of asyncio's TLS: with 0 it would pause while it has nothing

    async def _secured(
        self, transport: asyncio.Transport, context: ssl.SSLContext, name: str, seconds: float
    ) -> asyncio.Transport:
        loop = asyncio.get_running_loop()
        try:
            secured = await loop.start_tls(
                transport,
                self,
                context,
                server_hostname=name,
                ssl_handshake_timeout=seconds,
                ssl_shutdown_timeout=FAREWELL,
            )
        except BaseException:
            transport.abort()
            raise
        if secured is None:  # as typeshed says, for a connection that was closed meanwhile
            raise ConnectionResetError("connection lost in the handshake")
        return secured

    async def greeting(self, seconds: float) -> Reply:
        """Wait for the first reply, which answers nothing."""
        return await self.hear(seconds)

    async def ask(self, octets: bytes, write_seconds: float, seconds: float) -> Reply:
        """Send `octets` and wait for the reply to them."""
        await self.say(octets, write_seconds)
        return await self.hear(seconds)

    async def say(self, octets: bytes, seconds: float, replies: int = 1) -> None:
        """Send `octets`, which ask for so many `replies`; return when the system has them."""
        if not self._replies.idle or self._unheard:  # its late reply to a question we gave up would answer this one
            self._fail("the relay spoke out of turn")
        self._write(octets)
        self._expect(replies)
        if self._room is not None:
            await self._flushed(self._room, seconds)

    async def hear(self, seconds: float) -> Reply:
        """Wait for the next of the replies that were asked for."""
        reply = await self._wait(self._unheard[0], seconds, "no reply in time")
        self._unheard.popleft()
        return reply

    def _expect(self, replies: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(replies):
            future = loop.create_future()
            self._awaited.append(future)
            self._unheard.append(future)

    async def send(self, octets: bytes, seconds: float) -> None:
        """Send `octets`, to which there is no reply; return when the system has them."""
        self._write(octets)
        if self._room is not None:
            await self._flushed(self._room, seconds)

    def _write(self, octets: bytes) -> None:
        if self._fault or self._transport is None:
            raise RelayError(self._fault or "not connected")
        self._transport.write(octets)

    async def _flushed(self, room: "asyncio.Future[None]", seconds: float) -> None:
        await self._wait(room, seconds, "the relay reads no more")

    async def _wait(self, future: "asyncio.Future[T]", seconds: float, text: str) -> T:
        loop = future.get_loop()
        self._deadline, self._too_late = loop.time() + seconds, text
        if self._timer is None or self._timer.when() > self._deadline:
            self._set_timer(loop)
        try:
            return await future
        finally:
            self._deadline = math.inf

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        """One timer serves many waits: it is set anew only to ring earlier, or when it rang too early."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(self._deadline, self._ring, loop)

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if loop.time() >= self._deadline:
            self._fail(self._too_late)
        elif self._deadline < math.inf:
            self._set_timer(loop)

    def close(self, farewell: bytes = b"") -> None:
        """Say `farewell` and close; never waits for a relay that does not read."""
        if self._transport is None:
            return
        self._transport.write(farewell)
        if self._transport.get_write_buffer_size():
            self._transport.abort()
        self._transport.close()

    def abort(self) -> None:
        """Break the connection off."""
        if self._transport is not None:
            self._transport.abort()
