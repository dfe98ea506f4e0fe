"""The connection to a relay: lines out, one reply in for each. The only place of this side that knows sockets."""

import asyncio
import math
from typing import TypeVar, cast

from filter.reply import Reply
from filter.smtp.relay import RelayError
from filter.smtp.replies import ReplyError, ReplyReader

T = TypeVar("T")


class Wire(asyncio.Protocol):
    """Sends octets and waits for replies. What comes unasked breaks it: after that no reply can be believed."""

    def __init__(self) -> None:
        self._replies = ReplyReader()
        self._transport: asyncio.Transport | None = None
        self._greeting: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting: asyncio.Future[Reply] | None = self._greeting  # RFC 5321 section 3.1: the server speaks first
        self._room: asyncio.Future[None] | None = None
        self._fault = ""
        self._deadline = math.inf
        self._too_late = ""
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let a write end only when the system has taken all of it."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=0)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits."""
        if self._timer is not None:
            self._timer.cancel()
        self._fail(f"connection lost: {exc}" if exc else "the relay closed the connection")

    def data_received(self, data: bytes) -> None:
        """Read on, and hand over a complete reply."""
        try:
            reply = self._replies.feed(data)
            while reply is not None:
                self._deliver(reply)
                reply = self._replies.feed(b"")
        except ReplyError as error:
            self._fail(str(error))

    def _deliver(self, reply: Reply) -> None:
        if self._waiting is None or self._waiting.done():
            self._fail(f"the relay spoke out of turn: {bytes(reply)[:80]!r}")
        else:
            self._waiting.set_result(reply)

    def _fail(self, text: str) -> None:
        self._fault = self._fault or text
        for future in (self._waiting, self._room):
            if future is not None and not future.done():
                future.set_exception(RelayError(self._fault))
                future.exception()  # whoever waits for the other one hears it too: this one need not be awaited

    def pause_writing(self) -> None:
        """The system takes no more for now."""
        self._room = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """The system has taken all."""
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None

    async def greeting(self, seconds: float) -> Reply:
        """Wait for the first reply, which answers nothing."""
        return await self._reply(self._greeting, seconds)

    async def ask(self, octets: bytes, write_seconds: float, seconds: float) -> Reply:
        """Send `octets` and wait for the reply to them."""
        if not self._replies.idle:
            self._fail("the relay spoke out of turn")
        self._write(octets)
        self._waiting = waiting = asyncio.get_running_loop().create_future()
        await self._flushed(write_seconds)
        return await self._reply(waiting, seconds)

    async def send(self, octets: bytes, seconds: float) -> None:
        """Send `octets`, to which there is no reply; return when the system has them."""
        self._write(octets)
        await self._flushed(seconds)

    def _write(self, octets: bytes) -> None:
        if self._fault or self._transport is None:
            raise RelayError(self._fault or "not connected")
        self._transport.write(octets)

    async def _flushed(self, seconds: float) -> None:
        if self._room is not None:
            await self._wait(self._room, seconds, "the relay reads no more")

    async def _reply(self, waiting: "asyncio.Future[Reply]", seconds: float) -> Reply:
        reply = await self._wait(waiting, seconds, "no reply in time")
        self._waiting = None
        return reply

    async def _wait(self, future: "asyncio.Future[T]", seconds: float, text: str) -> T:
        loop = asyncio.get_running_loop()
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
