"""What became of one message: the row that log, history and counters are made from. Nothing of its text is in it."""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from filter.verdict import two_decimals

ACTIONS = ("accept", "tag", "hold", "reject", "tempfail", "refused", "dropped")
"""What can become of a message: `tempfail` or `refused` if a relay or a fault decided; `dropped`: the client went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One message and our answer. Addresses are `repr`s: one line each, whatever the client sent."""

    time: float
    """Seconds since the epoch, when the reply was known."""
    ref: str
    """Reference that a refusal carries."""
    action: str
    """One of ACTIONS."""
    would: str = ""
    """The action that a listener would have taken which only monitors."""
    score: float | None = None
    reason: str = ""
    reply: str = ""
    """Code and text of the reply; empty if there was none."""
    size: int = 0
    sender: str = ""
    recipient: str = ""
    """The first one."""
    recipients: int = 0
    client: str = ""
    login: str = ""
    listener: str = ""
    queue: str = ""
    """What the mail server calls it that asked us (milter): an id in its own log."""
    model: str = ""
    fault: str = ""
    """The kind of fault that kept us from judging."""
    hits: tuple[tuple[str, float], ...] = ()
    """Symbols and points, the weightiest first."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each step took: receive, scan, relay."""

    def fields(self) -> dict[str, Any]:
        """All of it, for machines."""
        return asdict(self)

    def __str__(self) -> str:
        """One line of key=value, what people look for first."""
        more = f"+{self.recipients - 1}" if self.recipients > 1 else ""
        words = {
            "ref": self.ref,
            "action": self.action,
            "would": self.would,
            "score": "-" if self.score is None else two_decimals(self.score),
            "reply": self.reply or "none",
            "size": self.size,
            "from": self.sender,
            "to": f"{self.recipient}{more}",
            "login": self.login,
            "listener": self.listener,
            "queue": self.queue,
            "client": self.client,
            "reason": self.reason,
            "hits": ",".join(f"{symbol}:{points:+.2f}" for symbol, points in self.hits) or "-",
        }
        optional = {"would", "login", "listener", "queue"}
        return " ".join(f"{key}={word}" for key, word in words.items() if word != "" or key not in optional)


_CODES = re.compile(r"b['\"]\d{3}(?:[ -][245]\.\d{1,3}\.\d{1,3})?")

Privacy = Literal["plain", "hashed", "hidden"]


def veil(privacy: Privacy, key: bytes = b"") -> Callable[[Record], Record]:
    """What is done with addresses before anybody keeps them.

    hashed: the same address gives the same 16 digits as long as `key` is the same (empty: until the next start), so
    that rows can be told apart and joined, and nobody can try addresses out without the key.
    """
    if privacy == "plain":
        return lambda record: record
    if privacy == "hidden":
        return lambda record: replace(
            _wordless(record), sender="-", recipient="-", client="-", login="-" if record.login else ""
        )
    secret = key[:64] or secrets.token_bytes(32)

    def hashed(text: str) -> str:
        return hashlib.blake2b(text.lower().encode(), key=secret, digest_size=8).hexdigest() if text else ""

    def hide(record: Record) -> Record:
        return replace(
            _wordless(record),
            sender=hashed(record.sender),
            recipient=hashed(record.recipient),
            client=hashed(record.client),
            login=hashed(record.login),
        )

    return hide


def _wordless(record: Record) -> Record:
    """`record` with the codes of its reply alone: a relay's words may name a recipient (Dovecot's do)."""
    codes = _CODES.match(record.reply)
    return replace(record, reply=f"{codes[0]}'" if codes else "")
