"""Who is at the other end of a session: what the socket says, or a trusted front server that speaks for its client."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """The sender of mail as we know it. Empty values are unknown; all of it is hostile text."""

    address: str = ""
    """IPv4 or IPv6 address, without brackets."""
    port: int = 0
    name: str = ""
    """Host name that a trusted front server found for the address."""
    helo: bytes = b""
    protocol: str = "ESMTP"
    """SMTP, ESMTP or LMTP, as the client spoke it."""
    ident: str = ""
    """The front server's own reference of the message (XFORWARD IDENT)."""
    source: str = ""
    """LOCAL or REMOTE, as the front server says (XFORWARD SOURCE)."""
    login: str = ""
    """The account that authenticated; empty if none did."""
    encrypted: bool = False
    """The client's connection to us is under TLS."""
