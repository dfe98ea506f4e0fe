"""A relay behind a listener that strangers reach: none gets through before it has shown that it is no open relay."""

import logging

from filter.smtp.peer import Peer
from filter.smtp.probe import relays_anywhere
from filter.smtp.relay import Hop, Relay, RelayError

log = logging.getLogger("hamgate.smtp")


class OpenRelayError(RelayError):
    """The relay takes mail for any domain from us, and so it would from anybody."""


class GuardedRelay:
    """See `Relay`. A relay that is down when we start is asked when it is up, before the first transaction."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self._harmless = False

    def __str__(self) -> str:
        return str(self.relay)

    async def check(self) -> None:
        """Ask the relay, unless it has answered before. OpenRelayError; RelayError: it did not answer."""
        if self._harmless:
            return
        anywhere = await relays_anywhere(self.relay)
        if anywhere:
            raise OpenRelayError(f"open relay: {self.relay} takes mail for any domain from this machine")
        if anywhere is None:
            log.warning("relay %s did not say whether it relays for strangers: look with hamgate doctor", self.relay)
        self._harmless = True

    async def open(self, peer: Peer) -> Hop:
        """See `Relay`."""
        await self.check()
        return await self.relay.open(peer)
