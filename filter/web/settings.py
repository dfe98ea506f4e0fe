"""What an operator may say of an HTTP door, beside its address, policy and limits."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Gt

from filter.door.networks import refuse_others
from filter.door.settings import DoorTable


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpDoor(DoorTable):
    """Scoring, learning and history by HTTP: in the words of rspamd's clients (`/checkv2`) and in our own (`/v1`)."""

    token_file: Path | None = None
    """A file with a token of at least 16 characters, which clients send as `Authorization: Bearer TOKEN` or as rspamc's
    password (`rspamc -P`). Read at start and at reload. Without it nobody can learn or read the history here."""
    open_to: tuple[str, ...] = ()
    """Networks that may score messages without the token, as ["192.0.2.0/24"]. This machine always may."""
    failed_tokens: Annotated[int, Ge(1)] = 20
    """Wrong tokens that one address may send within `failed_window`; then it gets 429."""
    failed_window: Annotated[float, Gt(0.0)] = 600.0
    """Seconds after which a wrong token is forgotten."""
    head_seconds: Annotated[float, Gt(0.0)] = 20.0
    """Seconds that a client has for the head of a request."""
    body_seconds: Annotated[float, Gt(0.0)] = 300.0
    """Seconds that a client has for the message."""
    keep_alive: Annotated[float, Gt(0.0)] = 60.0
    """Seconds that a connection stays open without a request."""

    def __post_init__(self) -> None:
        """Raise ValueError for an entry that is no network."""
        refuse_others("open_to", self.open_to)
