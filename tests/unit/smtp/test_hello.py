"""What we offer is what we keep, and the relay's mechanisms only where a password is safe."""

import asyncio

import pytest

from filter.smtp.listener import Listener
from tests.faults.house import house
from tests.unit.smtp.memory import GONE, OK, MemoryHop, MemoryRelay


@pytest.mark.parametrize("name", [b"", b"a\x01b", b"a\x7fb", b"a\rb"])
def test_name_of_the_client_has_no_control_codes(name: bytes) -> None:
    async def scenario() -> None:
        async with house(MemoryRelay()) as proxy, await proxy.client() as client:
            await client.reply()
            assert (await client.say(b"EHLO " + name)).startswith(b"501 5.5.4")
            assert (await client.say(b"MAIL FROM:<a@x.test>")).startswith(b"503 5.5.1 Send EHLO")

    asyncio.run(scenario())


def test_hello_ends_a_transaction_and_names_the_protocol() -> None:
    async def scenario() -> None:
        relay = MemoryRelay(MemoryHop(OK), MemoryHop(OK))
        async with house(relay) as proxy, await proxy.client() as client:
            await client.hello()
            await client.say(b"MAIL FROM:<a@x.test>")
            await client.say(b"HELO client.test")
            assert (await client.say(b"MAIL FROM:<b@x.test>")).startswith(b"250")
            assert [peer.protocol for peer in relay.peers] == ["ESMTP", "SMTP"]

    asyncio.run(scenario())


def test_relay_is_asked_for_its_mechanisms_and_may_be_away() -> None:
    async def scenario() -> None:
        hop = MemoryHop()
        hop.extensions = {b"AUTH": b"plain X-\xff EXTERNAL SCRAM-SHA-1-PLUS SCRAM-SHA-1"}
        relay = MemoryRelay(GONE, hop)
        async with house(relay, listener=Listener(auth=True)) as proxy, await proxy.client() as client:
            await client.reply()
            assert b"AUTH" not in await client.say(b"EHLO client.test")
            assert (await client.say(b"EHLO client.test")).endswith(b"250 AUTH PLAIN SCRAM-SHA-1\r\n")

    asyncio.run(scenario())
