"""How much one client may ask of a door that answers for messages one by one: milter, spamd and HTTP."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """How many there may be at one time."""

    connections: int = 500
    """Connections at one time; the next one is closed."""
    connections_per_address: int = 500
    """Connections of one address at one time. Those of a unix socket have none."""


@dataclass(frozen=True, slots=True)
class DoorLimits(Room):
    """What exceeds one of these is refused in the words of its protocol."""

    message: int = 64 * 1024 * 1024
    """Octets of a message; its first 16 MiB are read, as everywhere."""
    idle: float = 300.0
    """Seconds without an octet, after which the connection is closed."""
