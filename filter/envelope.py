"""The SMTP envelope of a message: who hands it over, from whom and for whom (RFC 5321 section 2.3.1)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the client said beside the message. Addresses are the bytes between the angle brackets, unchanged.

    A message read from a file has the empty envelope: rules that need one stay silent.
    """

    sender: bytes | None = None
    recipients: tuple[bytes, ...] = ()
    client_address: str = ""
    helo: bytes = b""
    login: str = ""
    """The account that authenticated; empty if none did."""
    listener: str = ""
    """The name of the listener that took the message."""
    size: int = 0
    """Octets of the message, where only its beginning is read; 0: what is read is all."""


NO_ENVELOPE = Envelope()
