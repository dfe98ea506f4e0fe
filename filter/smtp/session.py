"""A client's session without its commands: how it begins, its clock, its errors, and its end."""

import asyncio
import dataclasses
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import TypeVar

from filter.door.answers import FAULT
from filter.door.guests import Guests
from filter.reply import Reply
from filter.rules.own.entries import client
from filter.smtp import answers
from filter.smtp.connection import ClientGoneError, Connection, EndlessLineError, LineTooLongError
from filter.smtp.courier import Courier
from filter.smtp.entrance import Entrance, listed
from filter.smtp.peer import Peer
from filter.smtp.proxy import Proxy
from filter.smtp.proxyproto import ProxyError

log = logging.getLogger("hamgate.smtp")
T = TypeVar("T")

COMMAND_LINE = 2048  # RFC 5321 section 4.5.3.1.4 and what the extensions add to it; as much as Postfix reads
LAST_WORDS = 5.0  # seconds a client has to take a 421 before we hang up
TLS_HANDSHAKE = 22  # RFC 8446 section 5.1: the type of the record in which a TLS client says hello

# Words of HTTP, which a browser can be made to send here (a cross-protocol attack): nothing after them is heard.
HTTP = frozenset(b"GET HEAD POST PUT PATCH DELETE CONNECT OPTIONS TRACE PRI".split())
BEFORE_TLS = frozenset(b"NOOP EHLO LHLO STARTTLS QUIT".split())  # RFC 3207 section 4
SMALL_TALK = frozenset(b"NOOP RSET VRFY HELP EHLO HELO LHLO XFORWARD".split())


@lru_cache(1024)
def is_loopback(address: str) -> bool:
    """Whether only this machine can connect to `address`."""
    known = client(address)
    return known is not None and known.is_loopback


@lru_cache(1024)
def usual(address: str) -> str:
    """`address` as it is written in lists and logs; empty if it is none."""
    return str(client(address) or "")


class Session(Connection):
    """One connection, from the greeting to the end."""

    commands: "Mapping[bytes, Callable[[Session, bytes], Awaitable[None]]]"
    """What answers a word, in upper case: it takes the octets behind it, without spaces around them."""

    def __init__(
        self, proxy: Proxy, guests: Guests, loop: asyncio.AbstractEventLoop, entrance: Entrance | None = None
    ) -> None:
        super().__init__(loop)
        self.proxy = proxy
        self.guests = guests
        self.entrance = entrance or Entrance()
        self.listener = self.entrance.listener
        self.peer = Peer()
        """Who the client is: by the socket, or by a balancer or front server that is trusted."""
        self.forwarded: Peer | None = None
        """Whose message comes next, as a trusted front server says."""
        self.origin = ""
        """The address that connected, whoever it speaks for: what trust in it hangs on."""
        self.within_machine = False
        """The client has connected to a loopback address."""
        self.logged_in = False
        self.failed_logins = 0
        self.courier = self._courier()
        self._until = loop.time() + proxy.limits.session
        self._talk = 0
        self._errors = 0
        self._busy = False
        self._leaving = False
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._last_words: asyncio.TimerHandle | None = None
        self.task: asyncio.Task[None] | None = None

    def _courier(self) -> Courier:
        lmtp = self.listener.protocol == "lmtp"
        return Courier(self.proxy.relay, per_recipient=lmtp, all_or_nothing=self.listener.all_or_nothing)

    @property
    def address(self) -> str:
        """See `Guest`."""
        return self.peer.address

    @property
    def sender(self) -> Peer:
        """Whose message this is."""
        return self.forwarded or self.peer

    @property
    def may_forward(self) -> bool:
        """Whether this client is believed when it says whose mail it brings (XFORWARD)."""
        return listed(self.origin, self.entrance.forwarders)

    @property
    def may_impersonate(self) -> bool:
        """Whether this client may pass for another one (XCLIENT)."""
        return listed(self.origin, self.entrance.deputies)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take our place."""
        super().connection_made(transport)
        here, name = transport.get_extra_info("sockname"), transport.get_extra_info("peername")
        self.within_machine = isinstance(here, tuple) and is_loopback(here[0])
        if isinstance(name, tuple):
            self.peer = Peer(usual(name[0]), name[1])
            self.origin = self.peer.address
        self.task = self.loop.create_task(self._live())

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the relay, unless it is just answering the final dot: that goes on without us."""
        super().connection_lost(exc)
        for timer in (self._timer, self._last_words):
            if timer is not None:
                timer.cancel()
        if self.task is not None:
            self.task.cancel()
        self.courier.close()
        self.guests.leave(self)

    async def _live(self) -> None:
        try:
            await self.visit()
        except ClientGoneError:
            self.hang_up(answers.CONNECTION_LOST)
        except EndlessLineError:
            self.hang_up(answers.LINE_TOO_LONG)
        except (OSError, ProxyError) as error:  # no words for it: not even the language is agreed on
            log.info("a client of %s was cut off: %s", self.proxy.listener or "a listener", type(error).__name__)
            self.throw_out()

    async def visit(self) -> None:
        """All that happens between the connection and its end: `Server` says."""
        raise NotImplementedError

    def start_over(self, peer: Peer) -> None:
        """Be as after the greeting: another client, or the same one in another light."""
        self.peer, self.forwarded = dataclasses.replace(peer, helo=b""), None
        self.logged_in = False
        self.courier.close()
        self.courier = self._courier()

    async def converse(self) -> None:
        """Hear commands until the end."""
        while self.transport is not None and not self.transport.is_closing():
            self.expect(self.proxy.limits.idle, self._until)
            try:
                if await self.first() == TLS_HANDSHAKE:
                    self.hang_up(answers.NOT_SMTP)
                    break
                line = await self.line(COMMAND_LINE)
            except LineTooLongError:
                await self.refuse(answers.LINE_TOO_LONG)
                continue
            await self._obey(line)

    async def _obey(self, line: bytes) -> None:
        try:
            await self._command(line)
        except (ConnectionError, EndlessLineError):
            raise
        except Exception as error:  # 451, never 500, and never with its text
            log.error("fault in a session at %s", self.proxy.listener or "a listener", exc_info=error)
            self.courier.reset()
            await self.push(FAULT)

    async def _command(self, line: bytes) -> None:
        word, _, argument = line.partition(b" ")
        word = word.upper()
        command = self.commands.get(word)
        if word in HTTP:
            return self.hang_up(answers.NOT_SMTP)
        if self.logged_in and not self.courier.connected:  # the relay would no longer know who sends
            return self.hang_up(answers.LOGIN_LOST)
        if command is None or (self.listener.protocol == "lmtp" and word in (b"HELO", b"EHLO")):
            return await self.refuse(answers.UNKNOWN_COMMAND)
        if self.listener.tls == "require" and not self.encrypted and word not in BEFORE_TLS:
            return await self.refuse(answers.STARTTLS_FIRST)
        self._talk += word in SMALL_TALK
        if self._talk > self.proxy.limits.small_talk:
            return self.hang_up(answers.TOO_MUCH_TALK)
        return await command(self, argument.strip())

    def message_ended(self) -> None:
        """A message is over, whatever became of it."""
        self._talk = 0
        self.forwarded = None
        self.courier.reset()

    async def working(self, answer: Awaitable[T]) -> T:
        """Wait for `answer` while the client's clock stands still: the relay and the scanner have their own."""
        self._busy = True
        try:
            return await answer
        finally:
            self._busy = False
            self.expect(self.proxy.limits.idle)

    def expect(self, seconds: float, latest: float = math.inf) -> None:
        """Give the client time, to `latest` at most; the timer itself is set anew only if it would ring too late."""
        self._deadline = min(self.loop.time() + seconds, latest)
        if self._timer is None or self._timer.when() > self._deadline:
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_at(self._deadline, self._ring)

    def _ring(self) -> None:
        if self._busy:  # it waits for us, not we for it
            self._deadline = self.loop.time() + self.proxy.limits.idle
        if self.loop.time() < self._deadline:
            self._set_timer()
        else:
            self.hang_up(answers.TIMEOUT)

    def hang_up(self, reply: Reply) -> None:
        """Say 421 and close (RFC 5321 section 3.8). Commands sent ahead are not heard any more."""
        if self.transport is None or self.transport.is_closing():
            return
        if self.between_languages:
            self.throw_out()
            return
        self.write(bytes(reply))
        self.transport.close()
        self._last_words = self.loop.call_later(LAST_WORDS, self.throw_out)
        if self.task is not None:
            self.task.cancel()

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
            self.transport.abort()

    async def push(self, *replies: Reply) -> None:
        """Send replies."""
        if self._errors > self.proxy.limits.errors:
            return self.hang_up(answers.TOO_MANY_ERRORS)
        self.write(bytes(replies[0]) if len(replies) == 1 else b"".join(map(bytes, replies)))
        return await self.drained()

    async def refuse(self, reply: Reply) -> None:
        """Refuse a command for what it is, not for what the relay says. Too many of these end the session."""
        self._errors += 1
        await self.push(reply)
