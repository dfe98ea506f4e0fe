"""The relay as an SMTP or LMTP server, at one address or several."""

from collections.abc import Mapping

from filter.smtp.dialler import Dialler
from filter.smtp.hop import SmtpHop
from filter.smtp.peer import Peer
from filter.smtp.relay import Hop
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.reuse import Shelf
from filter.smtp.roster import AddressState


class SmtpRelay:
    """See `Relay`. `hostname` is who we say we are. ValueError if the settings cannot be used."""

    def __init__(self, settings: RelaySettings, hostname: str) -> None:
        self._settings = settings
        self._dialler = Dialler(settings, hostname)
        self._shelf = Shelf(self._begun, settings.reuse) if settings.reuse else None
        self.extensions: Mapping[bytes, bytes] | None = None
        """What the session that was opened last offered; None before the first one."""

    def __str__(self) -> str:
        return ", ".join(self._settings.addresses)

    def states(self) -> tuple[AddressState, ...]:
        """Return how the addresses are, the preferred one first; to be called in the event loop."""
        return self._dialler.states()

    async def open(self, peer: Peer) -> Hop:
        """See `Relay`: connect, wait for the greeting, say EHLO and who the client is."""
        return await (self._begun(peer) if self._shelf is None else self._shelf.open(peer))

    def end(self) -> None:
        """End the sessions that wait for a message."""
        if self._shelf is not None:
            self._shelf.end()

    async def _begun(self, peer: Peer) -> SmtpHop:
        hop = await self._dialler.dial()
        try:
            await hop.introduce(peer)
        except BaseException:
            hop.abort()
            raise
        self.extensions = hop.extensions
        return hop
