"""One connection of a client: octets and time, in and out. What they mean is said in `reader` and `clerk`."""

import asyncio
import contextlib
import logging
import math
import socket
import struct
from collections.abc import Iterable
from functools import lru_cache
from typing import cast

from filter.door.desk import Desk, Teacher
from filter.door.guests import Guests
from filter.door.limits import DoorLimits
from filter.rules.own.entries import Networks, client
from filter.spamd import replies
from filter.spamd.clerk import FAULT, Clerk
from filter.spamd.reader import Phase, RequestReader
from filter.spamd.request import Request, Verb
from filter.spamd.settings import SpamdDoor

log = logging.getLogger("hamgate.spamd")

READ = 64 * 1024
PATIENCE = 1.0
"""Seconds that we wait for the end of a last line, and for the first octet of a client when the server is stopped."""
LAST_WORDS = 5.0
"""Seconds that a client which goes on talking has to hear our answer."""
BEYOND = 1024 * 1024
"""Octets behind a request that we pass over."""

_AT_ONCE = struct.pack("ii", 1, 0)


@lru_cache(maxsize=1024)
def _arrival(host: str, allow: tuple[str, ...]) -> tuple[str, bool]:
    """The address of a client as everywhere, and whether it is allowed. Few clients come, and come often."""
    return str(client(host) or ""), _networks(allow).find(host) is not None


@lru_cache(maxsize=64)
def _networks(allow: tuple[str, ...]) -> Networks:
    return Networks(allow)


class Session(asyncio.BufferedProtocol):
    """One connection, which has one request."""

    def __init__(
        self,
        desk: Desk,
        settings: SpamdDoor,
        limits: DoorLimits,
        guests: Guests,
        loop: asyncio.AbstractEventLoop,
        teacher: Teacher | None = None,
    ) -> None:
        self._clerk = Clerk(desk, settings, limits.message, teacher)
        self._limits = limits
        self._guests = guests
        self._loop = loop
        self._reader = RequestReader(limits.message, settings.tell)
        self._address = ""
        self._incoming = memoryview(b"")
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self._working = False
        self._room: asyncio.Future[None] | None = None
        self._ended = False
        self._answered = False
        self._leaving = False
        self._beyond = 0
        self._untaken = math.inf
        """Octets of the answer that were still here when its time was up."""

    @property
    def address(self) -> str:
        """See `Guest`; empty for a unix socket."""
        return self._address

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let a client in, or not."""
        self._transport = cast(asyncio.Transport, transport)
        name, allowed = transport.get_extra_info("peername"), True
        if isinstance(name, tuple):
            self._address, allowed = _arrival(name[0], self._clerk.settings.allow)
        shut = self._guests.enter(self)
        self._expect(self._limits.idle)
        if not allowed:
            log.warning("unauthorized connection from %s at %s", self._address, self._clerk.desk.listener)
            self.throw_out()
        elif shut is not None:
            self._say(replies.unavailable(f"({shut.value})"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        if self._task is None:
            self._reader.spool.close()
        elif self._working:  # else it begins in a moment, and notes who is gone: nothing else would
            self._task.cancel()
        self.resume_writing()
        self._guests.leave(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Say where the next octets go. A buffer of its own for each read: idle connections hold none."""
        self._incoming = memoryview(bytearray(READ))
        return self._incoming

    def buffer_updated(self, nbytes: int) -> None:
        """Read on."""
        octets, self._incoming = bytes(self._incoming[:nbytes]), memoryview(b"")
        if self._reader.complete or self._answered:
            self._pass_over(nbytes)
            return
        self._reader.feed(octets)
        self._go_on()

    def eof_received(self) -> bool:
        """The client has said all, and waits for the answer."""
        self._ended = True
        if self._answered:
            self._hang_up()
        elif not self._reader.complete:
            self._reader.end()
            self._go_on()
        return True

    def _pass_over(self, nbytes: int) -> None:
        """What comes behind a request is no second one."""
        self._beyond += nbytes
        if self._beyond > BEYOND and self._transport is not None:
            self._transport.pause_reading()

    def _go_on(self) -> None:
        if self._reader.complete:
            self._serve()
        else:
            self._expect(PATIENCE if self._reader.phase is Phase.LAST_LINE else self._limits.idle)

    def _serve(self) -> None:
        reader = self._reader
        if reader.refusal or reader.request is None:
            self._note_refusal()
            self._say(reader.refusal)
        elif reader.request.verb is Verb.PING:
            self._say(replies.PONG)
        elif reader.request.verb is Verb.SKIP:
            self._say(b"")
        else:
            self._task = self._loop.create_task(self._work(reader.request))

    def _note_refusal(self) -> None:
        who, door = self._address or "a unix socket", self._clerk.desk.listener
        why = self._reader.refusal if self._reader.request else b"no request"  # its words may be those of a mail
        log.info("refused a request from %s at %s: %r", who, door, why)

    async def _work(self, request: Request) -> None:
        self._working = True
        error = None
        try:
            await self._clerk.serve(request, self._reader.spool, self._send)
        except Exception as fault:
            error = fault
        finally:
            self._task = None
            self._reader.spool.close()
        if error is None:
            self._say(b"")
        else:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, ConnectionError):
            log.error("fault in a request at %s", self._clerk.desk.listener, exc_info=error)
        if self._answered:
            self.throw_out()
        else:
            self._say(FAULT)

    async def _send(self, parts: Iterable[bytes]) -> None:
        """Send an answer, no faster than the client takes it. Raises ConnectionError if there is no client."""
        self._answered = True
        for part in parts:
            if self._transport is None or self._transport.is_closing():
                raise ConnectionResetError("the client is gone")
            self._transport.write(part)
            self._expect(self._limits.idle)
            if self._room is not None:
                await self._room

    def pause_writing(self) -> None:
        """The client takes an answer slowly."""
        self._room = self._room or self._loop.create_future()

    def resume_writing(self) -> None:
        """The client has taken most of it."""
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._room = None

    def _say(self, octets: bytes) -> None:
        """Send the last octets, and close: at once if the client has said all, else when it has heard us.

        To close while it still talks would reset the connection, and take our words away with it.
        """
        if self._transport is None or self._transport.is_closing():
            return
        self._answered = True
        self._transport.write(octets)
        if self._ended:
            self._hang_up()
        else:
            self._end_our_side(self._transport)

    def _end_our_side(self, transport: asyncio.Transport) -> None:
        try:
            transport.write_eof()
        except OSError:  # the client is gone, and we are about to hear of it
            self.throw_out()
        self._expect(LAST_WORDS)

    def _hang_up(self) -> None:
        if self._task is None and self._transport is not None:
            self._transport.close()
            self._expect(self._limits.idle)

    def _expect(self, seconds: float) -> None:
        """Give the client time; the timer itself is set anew only if it would ring too late."""
        self._deadline = self._loop.time() + seconds
        if self._timer is None or self._timer.when() > self._deadline:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self._loop.call_at(self._deadline, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._task is not None and not self._answered:  # it waits for us, not we for it
            self._expect(self._limits.idle)
        elif self._loop.time() < self._deadline:
            self._expect(self._deadline - self._loop.time())
        else:
            self._time_is_up()

    def _time_is_up(self) -> None:
        if self._answered:
            self._part()
        elif self._reader.phase is Phase.LAST_LINE:
            self._reader.settle()
            self._go_on()
        elif self._leaving and not self._reader.begun:
            self._say(replies.unavailable("(the server is being stopped)"))
        else:
            self._say(replies.timeout(f"({self._limits.idle:g} second socket timeout reading input from client)"))

    def _part(self) -> None:
        """Wait for who takes a whole answer, however slowly. What the system has of it, it delivers without us."""
        left = self._transport.get_write_buffer_size() if self._transport is not None else 0
        if self._task is None and not left:
            self._hang_up()
        elif self._task is None and left < self._untaken:
            self._untaken = left
            self._expect(LAST_WORDS)
        else:
            self.throw_out()

    def ask_to_leave(self) -> None:
        """See `Guest`. Who has just connected is about to ask: an answer costs less than what a client does without."""
        self._leaving = True
        if not self._reader.begun and not self._answered:
            self._expect(PATIENCE)

    def throw_out(self) -> None:
        """See `Guest`. With a reset (SO_LINGER, socket(7)): half an answer must not end as a whole one does."""
        if self._transport is not None:
            with contextlib.suppress(OSError):
                self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self._transport.abort()
