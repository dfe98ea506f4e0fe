"""The server as a whole: workers, relay and listener put together, started, and stopped without losing a message."""

import asyncio
import errno
import importlib.metadata
import ipaddress
import logging
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from filter.policy import Policy
from filter.pool import PoolSettings, StartError, WorkerPool
from filter.smtp.guests import Guests
from filter.smtp.limits import Limits, Patience
from filter.smtp.listening import listen
from filter.smtp.maildir import MaildirRelay
from filter.smtp.probe import relays_anywhere
from filter.smtp.proxy import Proxy
from filter.smtp.relay import Relay, RelayError
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.server import Server
from filter.smtp.upstream import SmtpRelay

log = logging.getLogger("hamgate.service")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `HOST:PORT` or `[IPv6]:PORT`; ValueError says what is wrong."""
        host, colon, port = text.rpartition(":")
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        elif ":" in host:
            raise ValueError(f"{text!r}: write an IPv6 address in brackets, as [::1]:10025")
        if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise ValueError(f"{text!r} is not HOST:PORT, for example 127.0.0.1:10025")
        return cls(host, int(port))

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can connect."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a running server needs to know."""

    listen: Address = Address("127.0.0.1", 10025)
    relay: Address | Path = Path("var/mail")
    """An SMTP server, or the folder of a maildir."""
    policy: Policy = field(default_factory=Policy)
    limits: Limits = field(default_factory=Limits)
    patience: Patience = field(default_factory=Patience)
    pool: PoolSettings = field(default_factory=PoolSettings)
    trust_clients: bool = False
    """Only trusted clients can connect, so a relay that sends their mail anywhere is no open relay."""
    drain: float = 80.0
    """Seconds for messages under way when the server stops; systemd kills after 90."""


def parse_relay(text: str) -> Address | Path:
    """Read `HOST:PORT` or `maildir:PATH`; ValueError says what is wrong."""
    kind, colon, path = text.partition(":")
    if kind != "maildir":
        return Address.parse(text)
    if not colon or not path:
        raise ValueError(f"{text!r} is not maildir:PATH, for example maildir:./var/mail")
    return Path(path)


def version() -> str:
    """Return the version of this distribution."""
    return importlib.metadata.version("hamgate")


def hostname() -> str:
    """Return the name we call ourselves in SMTP (RFC 5321 section 2.3.5), asked once: a resolver may be slow."""
    name = socket.getfqdn()
    return name if name.isascii() and name.isprintable() and " " not in name else "localhost"


def make_relay(settings: Settings, name: str) -> Relay:
    """Choose the kind of relay."""
    if isinstance(settings.relay, Path):
        return MaildirRelay(settings.relay)
    return SmtpRelay(RelaySettings((str(settings.relay),), patience=settings.patience), name)


async def run(settings: Settings, on_ready: Callable[[Address], None]) -> None:
    """Serve until SIGTERM or SIGINT. `on_ready` hears the bound address. StartError: one line for the operator."""
    name = hostname()
    relay = make_relay(settings, name)
    stop = _stop_event()
    async with WorkerPool(settings.pool) as pool:
        guests = Guests(settings.limits)
        proxy = Proxy(relay, pool, settings.policy, settings.limits, name, version())
        await _probe(relay, settings)  # before anybody can connect
        listener = await _listen(settings.listen, proxy, guests)
        try:
            on_ready(_bound(listener, settings.listen))
            await stop.wait()
            await _drain(listener, guests, proxy, settings)
        finally:
            listener.close()


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _listen(address: Address, proxy: Proxy, guests: Guests) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    try:
        return await listen(lambda: Server(proxy, guests, loop), address.host, address.port)
    except OSError as error:
        raise StartError(_why_not(address, error)) from error


def _why_not(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"{address} is taken by another program: stop it, or choose another port with --listen"
    if error.errno == errno.EACCES:
        return f"not allowed to listen on {address}: ports below 1024 need privileges; choose another with --listen"
    if error.errno in (None, errno.EADDRNOTAVAIL):  # Python 3.12 says it without a number
        return f"cannot listen on {address}: this machine has no such address"
    return f"cannot listen on {address}: {error.strerror or error}"


def _bound(listener: asyncio.Server, wanted: Address) -> Address:
    return Address(wanted.host, listener.sockets[0].getsockname()[1])


async def _probe(relay: Relay, settings: Settings) -> None:
    """Say whether the relay answers. If not we start all the same: it may come up later, and MAIL gets 451.

    A relay that would send mail from anywhere to anywhere through us stops the start (StartError).
    """
    exposed = isinstance(settings.relay, Address) and not (settings.trust_clients or settings.listen.is_loopback)
    try:
        anywhere = await relays_anywhere(relay)
    except RelayError as fault:
        log.warning("relay %s does not answer (%s): clients get 451 until it does", relay, fault)
    else:
        log.info("relay %s answers", relay)
        if exposed and anywhere:
            raise StartError(
                f"open relay: {relay} takes mail for any domain from this machine, and so it would through us from "
                "anybody. Take this machine out of the relay's trusted networks (Postfix: mynetworks), or, if only "
                "trusted clients can connect here, start with --trust-clients"
            )


async def _drain(listener: asyncio.Server, guests: Guests, proxy: Proxy, settings: Settings) -> None:
    log.info("stopping: no new connections, %d open", len(guests))
    listener.close()
    thrown_out = await guests.farewell(settings.drain)
    if proxy.committing:  # the relay has these messages or not: only its word tells, and it is worth the wait
        await asyncio.wait(proxy.committing, timeout=settings.patience.final)
    log.info("stopped, %d connections broken off", thrown_out)
