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
    """Seconds for a command, and without an octet of a message; RFC 5321 section 4.5.3.2.7: 5 minutes (421 4.4.2)."""
    total: float = 1800.0
    """Seconds from DATA to the final dot (421 4.4.2)."""
    session: float = 7200.0
    """Seconds of a connection as a whole; a message whose text has begun is still finished (421 4.4.2)."""
    handshake: float = 30.0
    """Seconds for a TLS handshake."""
    balancer: float = 5.0
    """Seconds a balancer has for its PROXY protocol header."""
    small_talk: int = 100
    """NOOP, RSET, VRFY, HELP, EHLO and XFORWARD of one connection without a message between them (421 4.7.0)."""
    logins: int = 3
    """Failed logins of one connection (421 4.7.0)."""
    logins_per_address: int = 20
    """Failed logins of one address (of one /64 network with IPv6) within `login_window` (421 4.7.0)."""
    login_window: float = 600.0
    """Seconds after which a failed login is forgotten."""
    connections: int = 500
    """Connections at one time (421 4.3.2)."""
    connections_per_address: int = 100
    """Connections of one address at one time (421 4.7.0). A front server sends everything from one."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds we wait for the relay before we answer 451. RFC 5321 section 4.5.3.2 names the least for a client."""

    connect: float = 30.0
    """For a connection, its TLS handshake and the greeting."""
    command: float = 120.0
    """For the reply to a command."""
    write: float = 180.0
    """For each part of the message (section 4.5.3.2.5: 3 minutes)."""
    final: float = 600.0
    """For the reply after the dot (section 4.5.3.2.6: 10 minutes); a shorter wait makes duplicates."""
