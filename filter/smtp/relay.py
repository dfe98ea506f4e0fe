"""What we ask of the server behind us: take a message and say so. There is no queue of our own in front of it."""

from collections.abc import Iterable
from typing import Protocol

from filter.reply import Reply


class RelayError(Exception):
    """The relay is not there, broke off, or said what cannot be an answer. The text is for the log only."""


class Hop(Protocol):
    """One session with the relay, in lock step: each call answers with the relay's reply or raises RelayError."""

    async def mail(self, line: bytes) -> Reply:
        """Send a MAIL command (without CRLF); 250, or a refusal."""

    async def rcpt(self, line: bytes) -> Reply:
        """Send a RCPT command (without CRLF); 250 or 251, or a refusal."""

    async def data(self) -> Reply:
        """Send DATA; 354, or a refusal."""

    async def body(self, chunks: Iterable[bytes]) -> None:
        """Send the message, all but its last octets."""

    async def commit(self) -> Reply:
        """Send the rest and the final dot, and wait for the relay's word: 250, or a refusal."""

    def close(self) -> None:
        """End the session politely if no message is under way, at once if one is. Never waits."""


class Relay(Protocol):
    """A place that takes messages."""

    async def open(self) -> Hop:
        """Begin a session."""
