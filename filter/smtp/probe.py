"""What the relay is like: does it answer, what does it offer, and would it send anybody's mail anywhere?

A relay that trusts our address (Postfix: `permit_mynetworks`) takes mail for outside domains from us, and so through
us from all who may connect. With XCLIENT it is asked as a stranger, as whom it will treat our clients.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from filter.smtp.hop import SmtpHop
from filter.smtp.peer import Peer
from filter.smtp.relay import Hop, Relay
from filter.smtp.reuse import ReusedHop

_SENDER = b"MAIL FROM:<>"
_OUTSIDE = b"RCPT TO:<hamgate-open-relay-test@example.com>"  # RFC 2606 section 3: no one's mailbox
_STRANGER = Peer("192.0.2.1", helo=b"hamgate-open-relay-test.example.com")  # RFC 5737 section 3: no one's address


@dataclass(frozen=True, slots=True)
class Survey:
    """What a relay that answers said, without a message."""

    greeting: str
    """Its own words after 220; empty if it is no server (a maildir)."""
    extensions: Mapping[bytes, bytes]
    """What its EHLO offers, under TLS if it is used; see `Hop`."""
    open_relay: bool | None
    """It takes a recipient in a domain that is not its own; None: its answer was about something else."""
    seconds: float
    """How long it took from connecting to the answer to EHLO, and to XCLIENT if it is used."""


async def relays_anywhere(relay: Relay) -> bool | None:
    """See `Survey.open_relay`. No message is sent. Raises RelayError."""
    return (await survey(relay)).open_relay


async def survey(relay: Relay) -> Survey:
    """Look at `relay` as it is to us now. No message is sent. Raises RelayError."""
    begin = time.monotonic()
    hop = await relay.open(_STRANGER)
    seconds = time.monotonic() - begin
    try:
        return Survey(_greeting(hop), dict(hop.extensions), await _takes_anything(hop), seconds)
    finally:
        hop.close()


def _greeting(hop: Hop) -> str:
    return hop.greeting.decode("ascii", "replace") if isinstance(hop, SmtpHop | ReusedHop) else ""


async def _takes_anything(hop: Hop) -> bool | None:
    """A refusal for now, or one of the address itself (RFC 3463 X.1.X), does not say what becomes of others."""
    reply = await hop.mail(_SENDER)
    if reply.code < 300:
        reply = await hop.rcpt(_OUTSIDE)
        if reply.code < 300:
            return True
    about_the_address = any(b"5.1." in line[:5] for line in reply.lines) or reply.status.startswith("5.1.")
    return None if reply.code < 500 or about_the_address else False
