"""One client's way to the relay: keeps both sides in lock step, and turns faults of the relay into 451."""

import logging
from collections.abc import Iterable, Mapping

from filter.reply import Reply
from filter.smtp import answers
from filter.smtp.peer import Peer
from filter.smtp.relay import Hop, Relay, RelayError

log = logging.getLogger("hamgate.smtp")


class Courier:
    """Carries the commands of one client to the relay and the relay's replies back."""

    def __init__(self, relay: Relay, *, per_recipient: bool = False, all_or_nothing: bool = False) -> None:
        self._relay = relay
        self.authenticated = False
        self._hop: Hop | None = None
        self._open = False
        self._closed = False
        self.sender: bytes | None = None
        self.recipients: list[bytes] = []

    @property
    def connected(self) -> bool:
        """False if the relay was lost in the course of the transaction."""
        return self._hop is not None

    async def open(self, peer: Peer) -> Reply | None:
        """Begin a session, if there is none; None, or why that did not work."""
        try:
            self._hop = self._hop or await self._relay.open(peer)
        except RelayError as fault:
            return self._lost(fault)
        return None

    @property
    def extensions(self) -> Mapping[bytes, bytes]:
        """What the relay offers; nothing before `open`."""
        return self._hop.extensions if self._hop is not None else {}

    async def auth(self, line: bytes) -> Reply:
        """Hand on a line of an AUTH exchange."""
        if self._hop is None:
            return answers.RELAY_FAULT
        try:
            reply = await self._hop.auth(line)
        except RelayError as fault:
            return self._lost(fault)
        self.authenticated = reply.code == 235
        return reply

    async def mail(self, line: bytes, sender: bytes, peer: Peer) -> Reply:
        """Open a transaction: `line` is the MAIL command without CRLF."""
        try:
            reply = await self._first(line, peer)
        except RelayError as fault:
            return self._lost(fault)
        if reply.code < 300:
            self.sender = sender
            self._open = True
        return reply

    async def _first(self, line: bytes, peer: Peer) -> Reply:
        if self._hop is not None:
            try:
                return await self._hop.mail(line)
            except RelayError:  # it may have grown tired of waiting between two messages; MAIL does no harm twice
                self._drop()
        self._hop = await self._relay.open(peer)
        return await self._hop.mail(line)

    async def rcpt(self, line: bytes, recipient: bytes) -> Reply:
        """Add a recipient: `line` is the RCPT command without CRLF."""
        if self._hop is None:
            return answers.RELAY_FAULT
        try:
            reply = await self._hop.rcpt(line)
        except RelayError as fault:
            return self._lost(fault)
        if reply.code < 300:
            self.recipients.append(recipient)
        return reply

    async def send(self, chunks: Iterable[bytes]) -> Reply | None:
        """Send DATA and the message, all but its end; None, or why that did not work."""
        if self._hop is None:
            return answers.RELAY_FAULT
        try:
            reply = await self._hop.data()
            if reply.code >= 400:
                return reply
            await self._hop.body(chunks)
        except RelayError as fault:
            return self._lost(fault)
        return None

    async def commit(self) -> tuple[Reply, ...]:
        """Send the end of the message: from here on the relay may have it, and its reply is the only truth.

        The session is out of `close`'s reach meanwhile: a client that goes away now changes nothing.
        """
        hop, self._hop = self._hop, None
        if hop is None:
            return (answers.RELAY_FAULT,)
        try:
            replies = await hop.commit()
        except RelayError as fault:
            hop.close()
            return (self._lost(fault),)
        if self._closed:
            hop.close()
        else:
            self._hop, self._open = hop, False
        return replies

    def reset(self) -> None:
        """End the transaction. The relay's session ends with it, unless it stands between two messages."""
        if self._open and not self.authenticated:
            self._drop()
        self._open = False
        self.sender = None
        self.recipients = []

    def close(self) -> None:
        """The client is gone."""
        self._closed = True
        self._drop()

    def _lost(self, fault: RelayError) -> Reply:
        log.warning("relay %s: %s", self._relay, fault)
        self._drop()
        return answers.RELAY_FAULT

    def _drop(self) -> None:
        if self._hop is not None:
            self._hop.close()
            self._hop = None
            self.authenticated = False
