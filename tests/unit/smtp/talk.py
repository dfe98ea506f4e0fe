"""A hop and a relay that answers each thing it says, without sockets."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from filter.reply import Reply
from filter.smtp.hop import SmtpHop
from filter.smtp.limits import Patience
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.wire import Wire
from tests.unit.smtp.memory import MemoryTransport

SMTP = RelaySettings(patience=Patience(connect=5, command=5, write=5, final=5))
LMTP = replace(SMTP, protocol="lmtp")
GO = b"354 go\r\n"
TAKEN = b"250 ok\r\n"


async def commit(hop: SmtpHop) -> Reply:
    (reply,) = await hop.commit()
    return reply


Scenario = Callable[[SmtpHop, MemoryTransport], Awaitable[None]]


def meet(scenario: Scenario, *replies: bytes, settings: RelaySettings = SMTP) -> None:
    """Run `scenario` with a relay that is about to greet; the n-th write hears the n-th of `replies`."""

    async def run() -> None:
        wire = Wire()
        transport = MemoryTransport(wire, replies)
        wire.connection_made(transport)
        wire.data_received(b"220 relay\r\n")
        await scenario(SmtpHop(wire, settings, "proxy.test"), transport)

    asyncio.run(run())


def play(scenario: Scenario, *replies: bytes, settings: RelaySettings = SMTP, hello: bytes = TAKEN) -> None:
    """Run `scenario` after the greeting, which it does not see."""

    async def greeted(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.greet()
        transport.written.clear()
        await scenario(hop, transport)

    meet(greeted, hello, *replies, settings=settings)


def written(transport: MemoryTransport) -> list[bytes]:
    """The lines the relay was sent."""
    return b"".join(transport.written).splitlines()
