"""Would the relay, behind us, send anybody's mail anywhere? Asked once at the start, before clients can ask.

A relay that trusts our address (Postfix: `permit_mynetworks`) takes mail for outside domains from us, and so through
us from all who may connect.
"""

from filter.smtp.peer import Peer
from filter.smtp.relay import Relay

_SENDER = b"MAIL FROM:<>"
_OUTSIDE = b"RCPT TO:<hamgate-open-relay-test@example.com>"  # RFC 2606 section 3: no one's mailbox


async def relays_anywhere(relay: Relay) -> bool:
    """True if `relay` takes a recipient in a domain that is not its own. No message is sent. Raises RelayError."""
    hop = await relay.open(Peer())
    try:
        if (await hop.mail(_SENDER)).code >= 300:
            return False
        return (await hop.rcpt(_OUTSIDE)).code < 300
    finally:
        hop.close()
