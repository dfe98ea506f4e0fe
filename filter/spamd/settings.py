"""The settings of one spamd door."""

from dataclasses import dataclass
from typing import Literal

from filter.door.networks import refuse_others
from filter.door.settings import DoorTable


@dataclass(frozen=True, slots=True, kw_only=True)
class SpamdDoor(DoorTable):
    """How spamc and others that speak spamd's protocol are served."""

    users: Literal["ignore", "recipient"] = "ignore"
    """What the User of a request says: nothing ("ignore"), or the address of the recipient ("recipient"), whose policy
    then counts and who stands in the log; a name without @ says nothing either way."""
    tell: bool = False
    """Learn and forget messages (spamc -L, -C), as spamd does with --allow-tell: for clients that you trust with the
    model. It needs a state (model.state)."""
    allow: tuple[str, ...] = ("127.0.0.0/8", "::1")
    """Networks of clients, `192.0.2.0/24` or `2001:db8::7`, as spamd's --allowed-ips; others are closed unheard.
    Whoever may open a unix socket may use it."""

    def __post_init__(self) -> None:
        """Raise ValueError for an entry that is no network."""
        refuse_others("allow", self.allow)
