"""One client's way to the relay: keeps both sides in lock step, and turns faults of the relay into 451."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from types import MappingProxyType

from filter.reply import Reply
from filter.smtp import answers
from filter.smtp.peer import Peer
from filter.smtp.relay import Hop, Relay, RelayError
from filter.smtp.replies import codes

log = logging.getLogger("hamgate.smtp")

_NONE: Mapping[bytes, bytes] = MappingProxyType({})


class Courier:
    """Carries the commands of one client to the relay and the relay's replies back.

    `per_recipient`: the client can be told what became of each recipient (it speaks LMTP). One that cannot has only
    one recipient for each message, if the relay speaks LMTP.
    `all_or_nothing`: a message of which the relay refused a recipient goes to nobody. For Postfix's `speed_adjust`,
    which says 250 to its client before it asks us.
    """

    def __init__(self, relay: Relay, *, per_recipient: bool = False, all_or_nothing: bool = False) -> None:
        self._relay = relay
        self._per_recipient = per_recipient
        self._all_or_nothing = all_or_nothing
        self._hop: Hop | None = None
        self._peer = Peer()
        self._open = False
        self._sending = False
        self._unfinished = False
        self._closed = False
        self._said: list[bytes] = []
        self._refusals: list[Reply] = []
        self.authenticated = False
        self.sender: bytes | None = None
        self.recipients: list[bytes] = []

    @property
    def per_recipient(self) -> bool:
        """The client is told what became of each recipient."""
        return self._per_recipient

    @property
    def connected(self) -> bool:
        """False if the relay was lost. An `authenticated` client must log in again then, in a session of its own."""
        return self._hop is not None

    @property
    def extensions(self) -> Mapping[bytes, bytes]:
        """What the relay offers, if there is a session; see `Hop`."""
        return self._hop.extensions if self._hop is not None else _NONE

    @property
    def refusal(self) -> Reply | None:
        """Why the message cannot go to all: the answer to DATA if it must go to all or nobody."""
        if not self._all_or_nothing or not self._refusals:
            return None
        return next((reply for reply in self._refusals if reply.code < 500), self._refusals[0])

    async def open(self, peer: Peer) -> Reply | None:
        """Begin a session ahead of MAIL, to see its `extensions`; None, or why that did not work."""
        try:
            if self._kept(peer) is None:
                await self._fresh(peer)
        except RelayError as fault:
            return self._lost(fault)
        return None

    async def auth(self, line: bytes) -> Reply:
        """Pass on AUTH, or the answer to a challenge. After 235 the session with the relay is the client's own."""
        if self._hop is None:
            return answers.RELAY_FAULT
        try:
            reply = await self._hop.auth(line)
        except RelayError as fault:
            return self._lost(fault)
        self.authenticated = self.authenticated or reply.code == 235
        return reply

    async def mail(self, line: bytes, sender: bytes, peer: Peer) -> Reply:
        """Open a transaction for `peer`: `line` is the MAIL command without CRLF."""
        try:
            reply = await self._first(line, peer)
        except RelayError as fault:
            return self._lost(fault)
        if reply.code < 300:
            self.sender = sender
            self._open = True
            self._said = [line]
        return reply

    async def _first(self, line: bytes, peer: Peer) -> Reply:
        kept = self._kept(peer)
        if kept is not None:
            try:
                return await self._next(kept, line)
            except RelayError:  # it may have grown tired of waiting between two messages; MAIL does no harm twice
                if self.authenticated:
                    raise
                self._drop()
        return await (await self._fresh(peer)).mail(line)

    def _kept(self, peer: Peer) -> Hop | None:
        """Return the session if it may be used for this client too."""
        if self.authenticated:
            if self._hop is None:
                raise RelayError("the client's own session is lost")
        elif self._hop is not None and (peer != self._peer or not self._hop.alive):
            self._drop()
        return self._hop

    async def _next(self, hop: Hop, line: bytes) -> Reply:
        if self._unfinished:
            await hop.rset()
            self._unfinished = False
        return await hop.mail(line)

    async def _fresh(self, peer: Peer) -> Hop:
        self._peer = peer
        self._hop = hop = await self._relay.open(peer)
        return hop

    async def rcpt(self, line: bytes, recipient: bytes) -> Reply:
        """Add a recipient: `line` is the RCPT command without CRLF."""
        if self._hop is None:
            return answers.RELAY_FAULT
        if self._hop.lmtp and self.recipients and not self._per_recipient:
            return self.refuse(answers.TOO_MANY_RECIPIENTS)  # one reply at the dot could not tell of both
        try:
            reply = await self._hop.rcpt(line)
        except RelayError as fault:
            return self._lost(fault)
        if reply.code >= 300:
            return self.refuse(reply)
        self.recipients.append(recipient)
        self._said.append(line)
        return reply

    def refuse(self, reply: Reply) -> Reply:
        """Keep in mind that a recipient was refused with `reply`, which is returned."""
        if reply.code < 500 or not self._refusals:  # for the answer to DATA one of each kind is enough
            self._refusals = [*self._refusals, reply][-2:]
        return reply

    async def keep(self, wanted: Sequence[bool]) -> None:
        """Take recipients out who do not want the message: the relay hears the envelope again, without them."""
        if all(wanted):
            return
        mail, *rcpts = self._said
        self._said = [mail, *compress(rcpts, wanted)]
        self.recipients = list(compress(self.recipients, wanted))
        try:
            await self._replayed()
        except RelayError as fault:
            self._lost(fault)

    async def send(self, chunks: Iterable[bytes]) -> Reply | None:
        """Send DATA and the message, all but its end; None, or why that did not work."""
        if self._hop is None:
            return answers.RELAY_FAULT
        if self.refusal is not None:
            return self.refusal
        try:
            hop = self._hop if self._hop.alive else await self._replayed()
            reply = await hop.data()
            if reply.code >= 400:
                return reply
            self._sending = True
            await hop.body(chunks)
        except RelayError as fault:
            return self._lost(fault)
        return None

    async def _replayed(self) -> Hop:
        """Say the envelope again to a relay that hung up before DATA, because the client was slow."""
        if self.authenticated:
            raise RelayError("the client's own session is lost")
        self._drop()
        hop = await self._fresh(self._peer)
        mail, *rcpts = self._said
        reply = await hop.mail(mail)
        for line in rcpts:
            if reply.code < 300:
                reply = await hop.rcpt(line)
        if reply.code >= 300:  # the client has heard 250 for it: it must try all again
            raise RelayError(f"took the envelope once, but not again: {codes(reply)}")
        return hop

    async def commit(self) -> tuple[Reply, ...]:
        """Send the end of the message: from here on the relay may have it, and its word is the only truth.

        Returns one reply, or with `per_recipient` one for each recipient. The session is out of `close`'s reach
        meanwhile: a client that goes away now changes nothing.
        """
        hop, self._hop = self._hop, None
        due = len(self.recipients) if self._per_recipient else 1
        if hop is None:
            return (answers.RELAY_FAULT,) * due
        try:
            replies = await hop.commit()
        except RelayError as fault:
            hop.close()
            return fault.heard + (self._lost(fault),) * (due - len(fault.heard))
        if self._closed:
            hop.close()
        else:
            self._hop, self._open = hop, False
        return replies if hop.lmtp else replies * due

    def reset(self) -> None:
        """End the transaction. The relay's session ends with it, unless it stands between two messages.

        A session in which the client has authenticated stays: it hears RSET before the next message.
        """
        if self._open:
            if self.authenticated and not self._sending:
                self._unfinished = True
            else:
                self._drop()
        self._open = self._sending = False
        self._said = []
        self._refusals = []
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
