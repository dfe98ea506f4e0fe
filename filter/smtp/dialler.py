"""How a session with the relay comes about: which address answers, and under TLS if it must be so."""

import asyncio
import logging
import os
import socket

from filter.door.endpoint import Endpoint
from filter.smtp.hop import SmtpHop
from filter.smtp.relay import RelayError
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.relay_tls import client_context
from filter.smtp.roster import AddressState, Roster
from filter.smtp.wire import HandshakeError, Wire

log = logging.getLogger("hamgate.smtp")

MAX_HOSTS = 8
"""IP addresses of one name that are tried."""


class Dialler:
    """Opens sessions at the first address that takes us. ValueError if the settings cannot be used."""

    def __init__(self, settings: RelaySettings, hostname: str) -> None:
        self._settings = settings
        self._hostname = hostname
        self._context = client_context(settings)
        self._roster = Roster(settings.endpoints)

    def states(self) -> tuple[AddressState, ...]:
        """Return how the addresses are."""
        return self._roster.states()

    async def dial(self) -> SmtpHop:
        """Return a session that said EHLO. RelayError if no address gives one.

        Only up to here may another address be tried: after MAIL the relay may have said something about the message.
        """
        faults: list[str] = []
        for endpoint in self._roster.order(_now()):
            try:
                hop = await self._reached(endpoint)
            except RelayError as fault:
                self._roster.failed(endpoint, str(fault), _now())
                faults.append(f"{endpoint}: {fault}" if len(self._settings.addresses) > 1 else str(fault))
                log.info("relay %s failed: %s", endpoint, fault)
            else:
                self._roster.worked(endpoint)
                return hop
        raise RelayError("; ".join(faults))

    async def _reached(self, endpoint: Endpoint) -> SmtpHop:
        """Try what the name stands for, in the order of the resolver (RFC 5321 section 5.1)."""
        *others, last = await self._places(endpoint)
        name = self._settings.name or endpoint.host.rstrip(".")
        for place in others:
            try:
                return await self._session(place, name)
            except RelayError as fault:
                log.info("relay %s at %s: %s", endpoint, place, fault)
        return await self._session(last, name)

    async def _places(self, endpoint: Endpoint) -> list[Endpoint]:
        if endpoint.path or endpoint.is_literal:
            return [endpoint]
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._settings.patience.connect):
                found = await loop.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
        except (OSError, TimeoutError, UnicodeError) as error:
            raise RelayError(f"cannot find {endpoint.host}: {_reason(error)}") from error
        hosts = dict.fromkeys(str(address[0]) for *_, address in found)
        return [Endpoint(host, endpoint.port) for host in hosts][:MAX_HOSTS]

    async def _session(self, place: Endpoint, name: str) -> SmtpHop:
        try:
            return await self._greeted(place, name, self._context is not None)
        except HandshakeError as fault:
            if self._settings.tls != "try":
                raise
            log.warning("relay %s: %s; going on in clear text", place, fault)
        return await self._greeted(place, name, False)

    async def _greeted(self, place: Endpoint, name: str, secret: bool) -> SmtpHop:
        wire = await self._connected(place)
        try:
            if secret and self._settings.tls == "implicit":
                await self._secure(wire, name)
            hop = SmtpHop(wire, self._settings, self._hostname)
            await hop.greet()
            if secret and self._settings.tls != "implicit":
                await self._upgraded(hop, name)
        except BaseException:
            wire.abort()
            raise
        return hop

    async def _upgraded(self, hop: SmtpHop, name: str) -> None:
        offered = b"STARTTLS" in hop.extensions
        if self._context is not None and offered and await hop.secure(self._context, name):
            return
        if self._settings.tls == "require":  # RFC 3207 section 6: whoever is in between can take the offer away
            raise RelayError("STARTTLS is refused" if offered else "STARTTLS is not offered")

    async def _secure(self, wire: Wire, name: str) -> None:
        if self._context is not None:
            await wire.start_tls(self._context, name, self._settings.patience.connect)

    async def _connected(self, place: Endpoint) -> Wire:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._settings.patience.connect):
                if place.path:
                    _, wire = await loop.create_unix_connection(Wire, place.path)
                else:
                    _, wire = await loop.create_connection(Wire, place.host, place.port)
        except (OSError, TimeoutError) as error:
            raise RelayError(f"cannot connect: {_reason(error)}") from error
        return wire


def _now() -> float:
    return asyncio.get_running_loop().time()


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno and error.errno > 0:
        return os.strerror(error.errno)
    return str(error) or "no answer in time"
