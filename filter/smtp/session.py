"""A client's connection: aiosmtpd's command loop with timers, errors and an end of our own.

From aiosmtpd come the connection, the loop that reads command lines, and for later STARTTLS and the PROXY protocol.
Its address parser, its DATA and its replies to faults are never reached.
"""

import asyncio
import collections
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiosmtpd.smtp import SMTP

from filter.reply import Reply
from filter.smtp import answers
from filter.smtp.courier import Courier
from filter.smtp.guests import Guests
from filter.smtp.proxy import Proxy

log = logging.getLogger("hamgate.smtp")

COMMANDS = ("EHLO", "HELO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "HELP")
COMMAND_LINE = 2048  # RFC 5321 section 4.5.3.1.4 and what the extensions add to it; as much as Postfix reads
LAST_WORDS = 5.0  # seconds a client has to take a 421 before we hang up


class ClientGoneError(ConnectionResetError):
    """The client ended the connection in the middle of a message."""


class _NoHooks:
    """A handler without hooks: aiosmtpd asks it for names."""

    def __dir__(self) -> Iterable[str]:
        return ()


class _Commands(dict[str, Any]):
    """Finds a method for every word: aiosmtpd logs unknown ones raw, and hangs up without 421 after five of them."""

    def __init__(self, known: dict[str, Any], unknown: Callable[[str | None], Awaitable[None]]) -> None:
        super().__init__(known)
        self._unknown = unknown

    def get(self, key: str, _: Any = None) -> Any:
        return super().get(key, self._unknown)


class Session(SMTP):
    """One connection, without its commands: those are in `server`."""

    line_length_limit = COMMAND_LINE
    command_size_limit = COMMAND_LINE
    command_size_limits = collections.defaultdict(lambda: COMMAND_LINE)  # noqa: RUF012  # as aiosmtpd declares it

    def __init__(self, proxy: Proxy, guests: Guests, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            _NoHooks(),
            hostname=proxy.hostname,
            ident="ESMTP",
            enable_SMTPUTF8=True,  # commands come as UTF-8 with surrogate escapes, from which `octets` gets all back
            timeout=proxy.limits.idle,
            loop=loop,
        )
        self._smtp_methods = _Commands(self._smtp_methods, self._unknown)
        self.address = ""
        self.proxy = proxy
        self.courier = Courier(proxy.relay)
        self._guests = guests
        self._errors = 0
        self._busy = False
        self._eof = False
        self._leaving = False
        self._deadline = 0.0
        self._last_words: asyncio.TimerHandle | None = None

    def __dir__(self) -> Iterable[str]:
        """List the commands only: aiosmtpd looks up all it finds here, for each connection."""
        return [f"smtp_{name}" for name in COMMANDS]

    async def _handle_client(self) -> None:
        peer = self.session.peer if self.session else None
        self.address = str(peer[0]) if isinstance(peer, tuple) else ""
        refusal = self._guests.enter(self)
        if refusal is not None:
            return self.hang_up(refusal)
        try:
            await super()._handle_client()
        except ConnectionError:
            log.debug("client %s is gone", self.address)

    def connection_lost(self, error: Exception | None) -> None:
        """Let go of the relay, unless it is just answering the final dot: that goes on without us."""
        super().connection_lost(error)
        if self._last_words is not None:
            self._last_words.cancel()
        self.courier.close()
        self._guests.leave(self)

    def eof_received(self) -> bool | None:
        """Let a client that has said all it wants still hear our replies (RFC 5321 section 3.8)."""
        self._eof = True
        return asyncio.StreamReaderProtocol.eof_received(self)

    def give_back(self, octets: bytes) -> None:
        """Return octets that were read beyond the end of the message: commands sent ahead (RFC 2920)."""
        if not octets:
            return
        if self._eof:
            self._reader = asyncio.StreamReader(limit=COMMAND_LINE, loop=self.loop)
        self._reader.feed_data(octets)
        if self._eof:
            self._reader.feed_eof()

    async def working(self, answer: Awaitable[Reply]) -> Reply:
        """Wait for `answer` while the client's clock stands still: the relay and the scanner have their own."""
        self._busy = True
        try:
            return await answer
        finally:
            self._busy = False
            self._reset_timeout()

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Move the deadline; the timer itself is set anew only if it would ring too late."""
        self._deadline = self.loop.time() + (duration or self._timeout_duration)
        if self._timeout_handle is None or self._timeout_handle.when() > self._deadline:
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        self._timeout_handle = self.loop.call_at(self._deadline, self._timeout_cb)

    def _timeout_cb(self) -> None:
        if self._busy:  # it waits for us, not we for it
            self._deadline = self.loop.time() + self._timeout_duration
        if self.loop.time() < self._deadline:
            self._set_timer()
        else:
            self.hang_up(answers.TIMEOUT)

    def hang_up(self, reply: Reply) -> None:
        """Say 421 and close (RFC 5321 section 3.8)."""
        if self.transport is None or self._writer.is_closing():
            return
        self._writer.write(bytes(reply))
        self._writer.close()
        self._smtp_methods = _Commands({}, self._hear_nothing)
        self._last_words = self.loop.call_later(LAST_WORDS, self.throw_out)
        if self._handler_coroutine is not None:  # commands sent ahead are not heard any more
            self._handler_coroutine.cancel()

    async def _hear_nothing(self, _: str | None) -> None:
        """What was sent ahead of our goodbye; waiting lets the loop be cancelled."""
        await asyncio.sleep(0)

    def ask_to_leave(self) -> None:
        """See `Guest`."""
        self._leaving = True
        if not self._busy:
            self.leave_if_asked()

    def leave_if_asked(self) -> None:
        """Between two messages is the time to go."""
        if self._leaving and self.courier.sender is None:
            self.hang_up(answers.SHUTTING_DOWN)

    def throw_out(self) -> None:
        """See `Guest`."""
        if self.transport is not None:
            self._writer.transport.abort()

    async def push(self, status: str | bytes | Reply) -> None:
        """Send a reply. Text comes from aiosmtpd's loop: most of it refuses a line that is no command."""
        if isinstance(status, str) and status.startswith("5"):
            self._errors += 1
        if self._errors > self.proxy.limits.errors:
            return self.hang_up(answers.TOO_MANY_ERRORS)
        if self._writer.is_closing():
            return await asyncio.sleep(0)  # let the loop tell us that the connection is lost
        octets = status.encode("utf-8", "replace") if isinstance(status, str) else bytes(status)
        self._writer.write(octets if isinstance(status, Reply) else octets + b"\r\n")
        return await self._writer.drain()

    async def refuse(self, reply: Reply) -> None:
        """Refuse a command for what it is, not for what the relay says. Too many of these end the session."""
        self._errors += 1
        await self.push(reply)

    async def _unknown(self, _: str | None) -> None:
        await self.refuse(answers.UNKNOWN_COMMAND)

    async def handle_exception(self, error: Exception) -> str:
        """Answer a fault of ours with 451, never with 500, and never with its text."""
        if isinstance(error, asyncio.IncompleteReadError):
            reply = answers.CONNECTION_LOST
            self._writer.close()
        else:
            log.error("fault in a session with %s", self.address, exc_info=error)
            reply = answers.FAULT
            self.courier.reset()
        return bytes(reply).decode("ascii").rstrip()
