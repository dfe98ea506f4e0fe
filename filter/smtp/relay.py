"""What we ask of the server behind us: take a message and say so. There is no queue of our own in front of it."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from filter.reply import Reply
from filter.smtp.peer import Peer


class RelayError(Exception):
    """The relay is not there, broke off, or said what cannot be an answer. The text is for the log only.

    `heard` holds what it said for the first recipients before it failed (LMTP): they have the message, or will not.
    """

    def __init__(self, text: str, heard: tuple[Reply, ...] = ()) -> None:
        super().__init__(text)
        self.heard = heard


class Hop(Protocol):
    """One session with the relay, in lock step: each call answers with the relay's reply or raises RelayError."""

    @property
    def alive(self) -> bool:
        """False once it is known that the relay broke off: nothing can be sent any more."""

    @property
    def lmtp(self) -> bool:
        """True if the relay answers the final dot for each recipient (RFC 2033 section 4.2)."""

    @property
    def extensions(self) -> Mapping[bytes, bytes]:
        """What the relay's EHLO offers: upper-case keyword to its parameters, as in `AUTH` to `PLAIN LOGIN`."""

    async def mail(self, line: bytes) -> Reply:
        """Send a MAIL command (without CRLF); 250, or a refusal."""

    async def rcpt(self, line: bytes) -> Reply:
        """Send a RCPT command (without CRLF); 250 or 251, or a refusal."""

    async def data(self) -> Reply:
        """Send DATA; 354, or a refusal."""

    async def body(self, chunks: Iterable[bytes]) -> None:
        """Send the message, all but its last octets."""

    async def commit(self) -> tuple[Reply, ...]:
        """Send the rest and the final dot, and wait for the relay's word: 250, or a refusal.

        One reply for the message; from an LMTP relay one for each recipient it took, in their order (RFC 2033 4.2).
        """

    async def auth(self, line: bytes) -> Reply:
        """Send AUTH, or a client's answer to a challenge; 235, 334, or a refusal (RFC 4954 section 4)."""

    async def rset(self) -> Reply:
        """Send RSET: the session stays, and who authenticated in it (RFC 5321 section 4.1.1.5)."""

    def close(self) -> None:
        """End the session politely if no message is under way, at once if one is. Never waits."""


class Relay(Protocol):
    """A place that takes messages."""

    async def open(self, peer: Peer) -> Hop:
        """Begin a session on behalf of `peer`."""
