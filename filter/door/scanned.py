"""What a client of one of our doors learned about a message, in whatever protocol it asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scanned:
    """A server's answer, as far as its protocol tells it."""

    action: str
    """accept, tag, hold, reject or tempfail; in the words of the server where they say more (`soft reject`)."""
    score: float | None = None
    """Points; None: this protocol, or this answer, does not tell them."""
    required: float | None = None
    """Points from which the server calls a message spam."""
    hits: tuple[tuple[str, float | None], ...] = ()
    """Symbols and their points, in the order of the answer; None: the protocol names symbols only."""
    text: str = ""
    """What a person may read: a reply of SMTP, for example."""


class DoorError(Exception):
    """No answer, or none that makes sense. The text is one line."""
