"""A whole proxy in the test's own event loop, with a judge that does as told."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from filter.door.attempts import Attempts
from filter.door.guests import Guests
from filter.policy import Policy
from filter.pool import ScanError
from filter.smtp.entrance import Entrance
from filter.smtp.limits import Limits, Patience
from filter.smtp.listener import Listener
from filter.smtp.proxy import Proxy
from filter.smtp.relay import Relay
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.server import Server
from filter.smtp.upstream import SmtpRelay
from filter.terms import PolicyBook
from tests.faults.client import Client
from tests.faults.relay import FakeRelay
from tests.judge import FakeJudge

SHORT = Patience(connect=0.5, command=0.3, write=0.5, final=0.6)


@dataclass
class House:
    """The proxy, and how to reach it."""

    port: int
    listener: asyncio.Server
    guests: Guests
    proxy: Proxy
    judge: FakeJudge

    async def client(self) -> Client:
        return await Client.connect(self.port)


def _settings(port: int, patience: Patience) -> RelaySettings:
    return RelaySettings((f"127.0.0.1:{port}",), patience=patience)


@contextlib.asynccontextmanager
async def house(
    relay: Relay | int,
    judge: FakeJudge | None = None,
    limits: Limits | None = None,
    patience: Patience = SHORT,
    policy: Policy | PolicyBook | None = None,
    listener: Listener | None = None,
) -> AsyncIterator[House]:
    """Open a proxy in front of `relay` (a port number: an SMTP server there)."""
    loop = asyncio.get_running_loop()
    judge, limits = judge or FakeJudge(), limits or Limits()
    behind = SmtpRelay(_settings(relay, patience), "proxy.test") if isinstance(relay, int) else relay
    guests = Guests(limits)
    book = policy if isinstance(policy, PolicyBook) else PolicyBook(policy or Policy(5.0, 15.0))
    logins = Attempts(limits.logins_per_address, limits.login_window)
    proxy = Proxy(
        relay=behind, judge=judge, book=book, limits=limits, hostname="proxy.test", version="1.0", failed_logins=logins
    )
    entrance = Entrance(listener)
    server = await loop.create_server(lambda: Server(proxy, guests, loop, entrance), "127.0.0.1", 0)
    try:
        yield House(server.sockets[0].getsockname()[1], server, guests, proxy, judge)
    finally:
        server.close()
        await guests.farewell(0.05)
        await guests.farewell(1.0)
        if proxy.committing:
            await asyncio.wait(proxy.committing)


@contextlib.asynccontextmanager
async def visited(
    listener: Listener | None = None, limits: Limits | None = None
) -> AsyncIterator[tuple[FakeRelay, House, Client]]:
    """A relay that takes all, a proxy in front of it, and a client that has connected."""
    async with (
        FakeRelay() as relay,
        house(relay.port, None, limits, listener=listener) as proxy,
        await proxy.client() as client,
    ):
        yield relay, proxy, client


NO_SCAN = ScanError("ValueError")
