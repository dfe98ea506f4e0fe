"""A connection of HTTP/1.1 (RFC 9112): uvicorn's protocol over httptools, with bounds and a clock, as our guest."""

import asyncio
import json
import math
from typing import cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from filter.door.desk import Desk, Teacher
from filter.door.guests import Guests
from filter.door.limits import DoorLimits
from filter.rules.own.entries import client
from filter.web.access import Access
from filter.web.clock import Clock
from filter.web.counts import Counts
from filter.web.paths import application
from filter.web.settings import HttpDoor
from filter.web.site import Find, Site

HEAD = 128 * 1024
"""Octets of the head of a request: a thousand recipients need some 70 KiB."""
AHEAD = 8
"""Requests that a client may send before the answer to the first; the next one ends the connection."""
LAST_WORDS = 5.0
"""Seconds that a client has to take the last answer before we hang up."""
PATIENCE = 1.0
"""Seconds that we wait for the first octet of a client when the server is stopped."""


class Door:
    """What all sessions share, made ready: once when the door opens, and at each reload."""

    def __init__(
        self,
        desk: Desk,
        settings: HttpDoor,
        limits: DoorLimits,
        teacher: Teacher | None = None,
        find: Find | None = None,
        before: "Door | None" = None,
    ) -> None:
        """`find` looks a reference up in the history, if one is kept; `before` is the door whose place this takes.

        Raises OSError and ValueError: the token or a network cannot be used.
        """
        old = before.site if before else None
        access, counts = Access(settings, old.access.failed if old else None), old.counts if old else Counts()
        self.site: Site = Site(desk, settings, limits, access, teacher, find, counts)
        self.state = ServerState()
        self.config = Config(
            application(self.site),
            http=HttpToolsProtocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=math.ceil(settings.keep_alive),
        )
        self.config.load()
        self._successor: Door | None = None

    def give_way(self, successor: "Door") -> None:
        """From now on requests are for `successor`, also those on connections that began here."""
        self._successor = successor

    @property
    def newest(self) -> "Door":
        """The door that has taken the place of this one, or of its successors; or itself."""
        door = self
        while door._successor is not None:
            door = door._successor
        return door

    def session(self, guests: Guests, loop: asyncio.AbstractEventLoop) -> "Session":
        """What serves the next client."""
        return Session(self, guests, loop)


class Session(HttpToolsProtocol):
    """One connection; see `Guest`."""

    def __init__(self, door: Door, guests: Guests, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(door.config, door.state, {"visitor": self}, loop)
        self.address = ""
        self.gone = False
        """Whether nobody will read an answer."""
        self._door, self._site = door, door.site
        self._guests = guests
        self._clock = Clock(loop, door.site.limits.idle, self._too_late)
        self._last_words: asyncio.TimerHandle | None = None
        self._deaf = self._lost = False
        self._in_head = self._in_body = False
        self._leaving = False
        self._octets = 0
        self._aside = 0
        """Octets since the last ones of a message: extensions of chunks, and trailers."""
        self._fault = 400

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take our place, or say why we may not."""
        super().connection_made(cast(asyncio.Transport, transport))
        name = transport.get_extra_info("peername")
        if isinstance(name, tuple):
            self.address = str(client(name[0]) or "")
        self._site.counts.connections += 1
        shut = self._guests.enter(self)
        if shut is not None:
            self._refuse(503, shut.value)
        else:
            self._clock.expect(self._site.settings.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let whoever works for this client know."""
        self.gone = self._deaf = self._lost = True
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        self._clock.stop()
        if self._last_words is not None:
            self._last_words.cancel()
        self._guests.leave(self)

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn says None, asyncio bool
        """A client that has asked and says no more still hears our answer; half a request has none."""
        self._deaf = True
        if self._in_head or self._in_body or not self._owes_an_answer:
            return False
        self.cycle.keep_alive = False
        return True

    @property
    def _owes_an_answer(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        """Read on, within bounds."""
        if self._deaf:
            return
        self._unset_keepalive_if_required()
        self._clock.heard()
        if not (self._in_head or self._in_body or self._owes_an_answer):
            self._expect_head()
        self._aside += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:  # CONNECT, or another protocol: this answer is the last one
            self._finish()
        except httptools.HttpParserError:
            self._misunderstood()
        if self._deaf:
            return
        self._octets += len(data) if self._in_head else 0
        if (self._in_head and self._octets > HEAD) or (self._in_body and self._aside > HEAD):
            self._fault = 431
            self._misunderstood()

    def _expect_head(self) -> None:
        """Also of blank lines before a request (RFC 9112 section 2.2) there is an end."""
        if not self._clock.running:
            self._clock.expect(self._site.settings.head_seconds)

    def on_message_begin(self) -> None:
        """See httptools."""
        self._take_up()
        super().on_message_begin()
        self._in_head, self._octets = True, 0
        self._clock.expect(self._site.settings.head_seconds)

    def _take_up(self) -> None:
        """Go over to the settings of now: a connection may live for days, and a token be withdrawn meanwhile."""
        newest = self._door.newest
        if newest is not self._door:
            self._door, self._site = newest, newest.site
            self.app, self.timeout_keep_alive = newest.config.loaded_app, newest.config.timeout_keep_alive

    def on_url(self, url: bytes) -> None:
        """See httptools."""
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """See httptools. Trailers (RFC 9110 section 6.5) say nothing that we want to know."""
        if self._in_body:
            return
        super().on_header(name, value)
        self._count(len(name) + len(value) + 4)

    def _count(self, octets: int) -> None:
        self._octets += octets
        if self._octets > HEAD:
            self._fault = 431
            raise ValueError("too long a head")

    def on_headers_complete(self) -> None:
        """See httptools."""
        if len(self.pipeline) >= AHEAD:
            raise ValueError("too many requests ahead")
        super().on_headers_complete()
        self.cycle.keep_alive = self.cycle.keep_alive and not self._leaving
        self._in_head, self._in_body, self._octets, self._aside = False, True, 0, 0
        self._clock.expect(self._site.settings.body_seconds)

    def on_body(self, body: bytes) -> None:
        """See httptools. What exceeds the limit is refused by who reads it, and then passed over up to its double."""
        self._octets, self._aside = self._octets + len(body), 0
        if self._octets > 2 * self._site.limits.message + HIGH_WATER_LIMIT:
            self._fault = 413
            raise ValueError("an endless body")
        super().on_body(body)

    def on_message_complete(self) -> None:
        """See httptools."""
        self._in_body = False
        if self._owes_an_answer:
            self._clock.rest()
        else:  # it was refused before it was whole
            self._clock.expect(self._site.settings.keep_alive)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """See uvicorn's protocol."""
        last = self._deaf and not self.pipeline
        super().on_response_complete()
        if last and not self.transport.is_closing():
            self.transport.close()
        if self.transport.is_closing():
            self._linger()

    def pause_writing(self) -> None:
        """The client does not take our answers."""
        super().pause_writing()
        self._clock.expect(self._site.limits.idle)

    def resume_writing(self) -> None:
        """The client has taken most of them."""
        super().resume_writing()
        if self._in_head or self._in_body:
            self._clock.expect(self._site.settings.body_seconds)
        else:
            self._clock.rest()

    def _misunderstood(self) -> None:
        """Octets that are no HTTP, or more than we bear: nothing after them is heard."""
        self._refuse(self._fault, _REFUSED[self._fault])

    def _too_late(self) -> None:
        if self._in_head or self._in_body:
            self._refuse(408, "the request took too long")
        else:
            self.throw_out()

    def _refuse(self, status: int, text: str) -> None:
        """Answer a request that will never be whole, unless others wait for their answers: these end it then."""
        waiting = bool(self.pipeline) or (self._owes_an_answer and not self._in_body)
        if waiting:
            self._finish()
            return
        self._deaf = True
        if self._owes_an_answer or not self._in_body:  # else it has its answer
            self.transport.write(_error(status, text))
        self.transport.close()
        self._linger()

    def _finish(self) -> None:
        """Hear no more, and go when all is answered that is here as a whole."""
        self._deaf = True
        if self._in_body and self.pipeline:  # the request that will never be whole waits behind others
            self.pipeline.popleft()
            self._clock.rest()
        elif self._owes_an_answer:
            self.cycle.keep_alive = False
        else:
            self.transport.close()
            self._linger()

    def _linger(self) -> None:
        self._clock.stop()
        if self._last_words is None and not self._lost:
            self._last_words = self.loop.call_later(LAST_WORDS, self.throw_out)

    def ask_to_leave(self) -> None:
        """See `Guest`. Who has begun a request is answered, and who has just connected may make one yet."""
        self._leaving = True
        if self.cycle is None and not (self._in_head or self.transport.is_closing()):
            self._clock.expect(PATIENCE)
        elif not self._in_head:
            self.shutdown()
        if self.transport.is_closing():
            self._linger()

    def throw_out(self) -> None:
        """See `Guest`."""
        self.transport.abort()


_REFUSED = {
    400: "this is no HTTP/1.1 that is understood here",
    413: "the message is longer than what is taken here",
    431: f"the head is longer than {HEAD} octets",
}


def _error(status: int, text: str) -> bytes:
    body = json.dumps({"error": text}).encode("ascii")
    fields = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)
    return STATUS_LINE[status] + fields + body
