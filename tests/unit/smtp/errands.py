"""What a client asks of its courier, step by step."""

import asyncio
from collections.abc import Awaitable, Callable

from filter.reply import Reply
from filter.smtp.courier import Courier
from filter.smtp.dialler import Dialler
from filter.smtp.hop import SmtpHop
from filter.smtp.peer import Peer
from filter.smtp.relay_settings import RelaySettings
from tests.unit.smtp.memory import GO, OK

CLIENT = Peer("192.0.2.1", helo=b"client.test")
TAKEN = (OK, OK, GO, OK, OK)
"""What a hop says to MAIL, RCPT, DATA, the body and the dot of a message it takes."""


def play(scenario: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await scenario()

    asyncio.run(run())


async def mail(courier: Courier) -> Reply:
    return await courier.mail(b"MAIL FROM:<s@x.test>", b"s@x.test", CLIENT)


async def rcpt(courier: Courier) -> Reply:
    return await courier.rcpt(b"RCPT TO:<r@y.test>", b"r@y.test")


async def send(courier: Courier) -> Reply | None:
    return await courier.send([b"Subject: x\r\n", b"\r\n"])


async def commit(courier: Courier) -> Reply:
    (reply,) = await courier.commit()
    return reply


STEPS: tuple[Callable[[Courier], Awaitable[Reply | None]], ...] = (mail, rcpt, send, commit)


async def message(courier: Courier) -> Reply:
    """A whole message and its end; the relay's last word."""
    *before, last = [await step(courier) for step in STEPS]
    assert before == [OK, OK, None]
    assert last is not None
    courier.reset()
    return last


async def spoken(settings: RelaySettings) -> SmtpHop:
    """Begin a session and say MAIL."""
    hop = await Dialler(settings, "proxy.test").dial()
    assert (await hop.mail(b"MAIL FROM:<>")).code == 250
    hop.close()
    return hop
