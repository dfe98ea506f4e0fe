"""How to reach the relay, and what it may hear from us."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from filter.door.endpoint import Endpoint
from filter.smtp.limits import Patience

Language = Literal["smtp", "lmtp"]
Secrecy = Literal["off", "try", "require", "implicit"]
Forward = Literal["none", "xforward", "xclient"]
LONGEST_REUSE = 60.0
"""A relay need not wait longer than some minutes (RFC 5321 section 4.5.3.2.7), and has better uses for its places."""


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """One relay, at one address or several. ValueError says which value is no good."""

    addresses: tuple[str, ...] = ("127.0.0.1:10026",)
    """Where it listens, the preferred address first: `HOST:PORT`, `[IPv6]:PORT` or `unix:/path`."""
    protocol: Language = "smtp"
    """`smtp`, or `lmtp` for a server that delivers into mailboxes and answers for each recipient."""
    tls: Secrecy = "off"
    """`off`, `try` (in clear text if it fails), `require` (STARTTLS, else 451), or `implicit` (TLS from the start)."""
    verify: bool = True
    """The relay's certificate must be valid and bear its name; if false, TLS is no help against who can pose as it."""
    ca_file: str = ""
    """Certificates (PEM) to trust, instead of those of this system."""
    name: str = ""
    """The name that the certificate must bear; empty: the host of the address."""
    forward: Forward = "none"
    """What the relay hears of a client: `none`, `xforward` (for its log), or `xclient` (it takes us for it)."""
    reuse: float = 0.0
    """Seconds for which a session waits for another client's message once the relay has taken one; 2 spares a busy
    server a connection for each message. 0: each client has its own. Only with forward = "none"."""
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        for key, words in (("protocol", Language), ("tls", Secrecy), ("forward", Forward)):
            if getattr(self, key) not in get_args(words):
                raise ValueError(f"{key} = {getattr(self, key)!r} is none of {', '.join(get_args(words))}")
        if not 0.0 <= self.reuse <= LONGEST_REUSE:
            raise ValueError(f"reuse = {self.reuse:g} is not between 0 and {LONGEST_REUSE:g} seconds")
        if self.reuse and self.forward != "none":
            raise ValueError(f'reuse has no use with forward = "{self.forward}": each client has a session of its own')
        if not self.addresses:
            raise ValueError("addresses is empty: name at least one")
        if self.name.startswith(".") or not self.name.isascii():
            raise ValueError(f"name = {self.name!r} is not a host name in ASCII")
        sockets = [endpoint for endpoint in self.endpoints if endpoint.path]
        if sockets and self.tls != "off" and self.verify and not self.name:
            raise ValueError("name is needed to verify the certificate of a relay at a unix socket")

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The addresses, read; ValueError names a bad one."""
        return tuple(map(Endpoint.parse, self.addresses))
