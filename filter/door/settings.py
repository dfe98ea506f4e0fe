"""What the tables of all doors but SMTP have in common."""

from dataclasses import dataclass, field

from filter.door.limits import DoorLimits
from filter.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorTable:
    """One listening address."""

    address: str
    """HOST:PORT, [IPv6]:PORT or unix:/PATH."""
    socket_mode: str = "0660"
    """Who may connect to a unix socket, as chmod(1) writes it."""
    socket_group: str = ""
    """The group of a unix socket, as "postfix"; empty: our own."""
    policy: Terms = field(default_factory=Terms)
    """What is otherwise here than in [policy]."""
    limits: DoorLimits = field(default_factory=DoorLimits)
    """How much one client may ask."""
