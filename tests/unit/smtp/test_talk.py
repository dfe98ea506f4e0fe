"""Commands that change nothing."""

import asyncio

import pytest

from tests.faults.house import house
from tests.unit.smtp.memory import MemoryRelay


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        (b"NOOP", b"250 2.0.0 OK"),
        (b"NOOP anything", b"250 2.0.0 OK"),
        (b"VRFY root", b"252 2.1.5 "),
        (b"VRFY", b"501 5.5.4 "),
        (b"HELP", b"214 2.0.0 "),
        (b"help mail", b"214 2.0.0 "),
        (b"QUIT now", b"501 5.5.4 "),
        (b"QUIT", b"221 2.0.0 "),
    ],
)
def test_answers_also_before_hello(command: bytes, reply: bytes) -> None:
    async def scenario() -> None:
        async with house(MemoryRelay()) as proxy, await proxy.client() as client:
            await client.reply()
            assert (await client.say(command)).startswith(reply)

    asyncio.run(scenario())
