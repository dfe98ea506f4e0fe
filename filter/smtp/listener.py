"""The settings of one listening address: how its clients speak, and which of them are believed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Listener:
    """What a listener offers, and to whom. Networks are written `192.0.2.0/24`, `192.0.2.7` or `2001:db8::/32`."""

    protocol: Literal["smtp", "lmtp"] = "smtp"
    """LMTP answers for each recipient by itself (RFC 2033): for a mail server in front of us, never on port 25."""
    tls: Literal["off", "offer", "require", "implicit"] = "off"
    """`offer` and `require` mean STARTTLS (RFC 3207); `implicit` begins with TLS, as on port 465 (RFC 8314)."""
    tls_certificate: Path | None = None
    """PEM file: our certificate and those between it and the root."""
    tls_key: Path | None = None
    """PEM file with the key; without it the key is looked for in the file of the certificate."""
    auth: bool = False
    """Clients must log in before they send (submission, RFC 6409). The relay checks the password; it is never kept."""
    proxy_protocol_from: tuple[str, ...] = ()
    """Balancers that begin each connection with a PROXY protocol header. From these addresses it is required."""
    xforward_from: tuple[str, ...] = ()
    """Front servers that may say by XFORWARD whose mail they bring, as Postfix does to its content filter."""
    xclient_from: tuple[str, ...] = ()
    """Hosts that may take on another client's identity by XCLIENT."""
    greeting_delay: float = 0.0
    """Seconds before our greeting. Who speaks before it is no mail server and is refused (554)."""
    max_received: int = 50
    """Received fields beyond which a message is going in circles (554 5.4.6)."""
    all_or_nothing: bool = False
    """Refuse a message as a whole if the relay refused one of its recipients: for Postfix with `speed_adjust`."""

    def __post_init__(self) -> None:
        """Raise ValueError for settings that cannot work together."""
        if self.tls == "off" and (self.tls_certificate or self.tls_key):
            raise ValueError('tls_certificate has no use with tls = "off": write tls = "offer"')
        if self.tls != "off" and self.tls_certificate is None:
            raise ValueError(f'tls = "{self.tls}" needs tls_certificate')
        if self.max_received < 1 or self.greeting_delay < 0:
            raise ValueError("max_received must be at least 1, greeting_delay at least 0")
