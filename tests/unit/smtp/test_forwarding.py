"""Whose mail a front server brings: believed of the listed ones, for one message, and never of others."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable

import pytest

from filter.smtp.limits import Limits
from filter.smtp.listener import Listener
from filter.smtp.peer import Peer
from tests.faults.client import Client
from tests.faults.house import House, house
from tests.judge import FakeJudge
from tests.unit.smtp.memory import GO, OK, MemoryHop, MemoryRelay

TRUSTED = Listener(xforward_from=("127.0.0.0/8",), xclient_from=("127.0.0.1",))
XFORWARD = b"XFORWARD NAME=spike.test ADDR=192.0.2.7 PORT=77 PROTO=SMTP HELO=spike IDENT=4711 SOURCE=REMOTE"


def play(
    scenario: Callable[[MemoryRelay, House, Client], Awaitable[None]],
    listener: Listener = TRUSTED,
    limits: Limits | None = None,
) -> None:
    async def run() -> None:
        relay = MemoryRelay(*[MemoryHop(*[OK, OK, GO, OK, OK] * 3) for _ in range(3)])
        async with house(relay, FakeJudge(), limits, listener=listener) as proxy, await proxy.client() as client:
            await client.hello()
            await scenario(relay, proxy, client)

    asyncio.run(run())


async def send(client: Client) -> None:
    assert [reply[:3] for reply in await client.envelope()] == [b"250"] * 2
    assert (await client.data()).startswith(b"250")


def test_relay_and_rules_hear_who_the_client_is() -> None:
    async def scenario(relay: MemoryRelay, proxy: House, client: Client) -> None:
        assert (await client.say(XFORWARD)).startswith(b"250")
        await send(client)
        assert relay.peers == [Peer("192.0.2.7", 77, "spike.test", b"spike", "SMTP", "4711", "REMOTE")]
        assert proxy.judge.envelopes[-1].client_address == "192.0.2.7"
        assert proxy.judge.envelopes[-1].helo == b"spike"

    play(scenario)


def test_it_holds_for_one_message() -> None:
    async def scenario(_: MemoryRelay, proxy: House, client: Client) -> None:
        await client.say(XFORWARD)
        await send(client)
        await send(client)
        assert [envelope.client_address for envelope in proxy.judge.envelopes] == ["192.0.2.7", "127.0.0.1"]

    play(scenario)


def test_rset_and_ehlo_forget_it() -> None:
    async def scenario(_: MemoryRelay, proxy: House, client: Client) -> None:
        for command in (b"RSET", b"EHLO client.test"):
            await client.say(XFORWARD)
            await client.say(command)
            await send(client)
            assert proxy.judge.envelopes[-1].client_address == "127.0.0.1"

    play(scenario)


def test_what_the_front_server_does_not_know_is_empty() -> None:
    async def scenario(_: MemoryRelay, proxy: House, client: Client) -> None:
        await client.say(b"XFORWARD ADDR=[UNAVAILABLE] HELO=[UNAVAILABLE]")
        await send(client)
        assert proxy.judge.envelopes[-1].client_address == ""
        assert proxy.judge.envelopes[-1].helo == b""

    play(scenario)


@pytest.mark.parametrize("attribute", [b"", b"ADDR=", b"ADDR=x", b"LOGIN=root", b"NAME=+0D+0AX", b"FOO=1", b"PORT=-1"])
def test_bad_attributes_change_nothing(attribute: bytes) -> None:
    async def scenario(_: MemoryRelay, proxy: House, client: Client) -> None:
        assert (await client.say(b"XFORWARD " + attribute)).startswith(b"501 5.5.4")
        await send(client)
        assert proxy.judge.envelopes[-1].client_address == "127.0.0.1"

    play(scenario)


@pytest.mark.parametrize("command", [XFORWARD, b"XCLIENT ADDR=192.0.2.7 LOGIN=root"])
def test_f106_stranger_is_not_believed(command: bytes) -> None:
    async def scenario(relay: MemoryRelay, proxy: House, client: Client) -> None:
        assert (await client.say(command)).startswith(b"500 5.5.2")
        await send(client)
        assert proxy.judge.envelopes[-1].client_address == "127.0.0.1"
        assert (relay.peers[0].address, relay.peers[0].login) == ("127.0.0.1", "")

    play(scenario, Listener(xforward_from=("192.0.2.0/24",), xclient_from=("::/0",)))


def test_f106_trust_hangs_on_the_client_behind_a_balancer() -> None:
    behind = dataclasses.replace(TRUSTED, proxy_protocol_from=("127.0.0.1",))

    async def run() -> None:
        async with house(MemoryRelay(), listener=behind) as proxy, await proxy.client() as client:
            client.write(b"PROXY TCP4 192.0.2.9 192.0.2.1 1 25\r\n")
            await client.hello()
            assert (await client.say(XFORWARD)).startswith(b"500")
            assert (await client.say(b"XCLIENT ADDR=192.0.2.7")).startswith(b"500")

    asyncio.run(run())


def test_xclient_makes_another_client_of_it_until_the_end() -> None:
    async def scenario(relay: MemoryRelay, proxy: House, client: Client) -> None:
        assert (await client.say(b"XCLIENT ADDR=IPV6:2001:db8::7 PORT=77 LOGIN=jane")).startswith(b"220 proxy.test")
        assert (await client.say(b"EHLO spike.test")).startswith(b"250")
        await send(client)
        await send(client)
        assert [envelope.client_address for envelope in proxy.judge.envelopes] == ["2001:db8::7"] * 2
        assert relay.peers == [Peer("2001:db8::7", 77, helo=b"spike.test", login="jane")]

    play(scenario)


def test_host_that_may_pass_for_others_may_do_so_again() -> None:
    async def scenario(_: MemoryRelay, proxy: House, client: Client) -> None:
        for address in (b"192.0.2.7", b"192.0.2.8"):
            assert (await client.say(b"XCLIENT ADDR=" + address)).startswith(b"220")
        assert [guest.address for guest in proxy.guests._present] == ["192.0.2.8"]

    play(scenario)


def test_xclient_counts_for_the_client_it_names() -> None:
    async def scenario(_: MemoryRelay, proxy: House, first: Client) -> None:
        assert (await first.say(b"XCLIENT ADDR=192.0.2.7")).startswith(b"220")
        async with await proxy.client() as second:
            await second.hello()
            assert (await second.say(b"XCLIENT ADDR=192.0.2.7")).startswith(b"421 4.7.0 Too many connections")
            assert await second.closed()

    play(scenario, limits=Limits(connections_per_address=1))
