"""How much one client may ask of us, and how long we wait for the relay."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the side that faces clients. What exceeds one is refused with a reply that says which."""

    message: int = 32 * 1024 * 1024
    """Octets of a message, as sent (552 5.3.4, and SIZE of EHLO)."""
    header: int = 1024 * 1024
    """Octets of a message's header (552 5.3.4)."""
    recipients: int = 1000
    """Recipients of a message; RFC 5321 section 4.5.3.1.8 asks for at least 100 (452 4.5.3)."""
    errors: int = 20
    """Refused commands of one connection (421 4.7.0)."""
    idle: float = 300.0
    """Seconds without an octet from the client; RFC 5321 section 4.5.3.2.7 asks for 5 minutes (421 4.4.2)."""
    total: float = 1800.0
    """Seconds from DATA to the final dot (421 4.4.2)."""
    connections: int = 500
    """Connections at one time (421 4.3.2)."""
    connections_per_address: int = 100
    """Connections of one address at one time (421 4.7.0). A front server sends everything from one."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds we wait for the relay before we answer 451. RFC 5321 section 4.5.3.2 names the least for a client."""

    connect: float = 30.0
    command: float = 120.0
    write: float = 180.0
    """For each part of the message (section 4.5.3.2.5: 3 minutes)."""
    final: float = 600.0
    """For the reply after the dot (section 4.5.3.2.6: 10 minutes); a shorter wait makes duplicates."""
