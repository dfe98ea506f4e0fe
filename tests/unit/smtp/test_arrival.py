"""How a client gets in: behind a balancer, under TLS, or too early."""

import asyncio
import ssl
import struct

import pytest

from filter.smtp.limits import Limits
from filter.smtp.listener import Listener
from filter.smtp.proxyproto import SIGNATURE
from tests.certificates import NAME, shared
from tests.faults.client import Client
from tests.faults.house import House, house, visited
from tests.faults.relay import FakeRelay

BEHIND = Listener(proxy_protocol_from=("127.0.0.1",))
V1 = b"PROXY TCP4 192.0.2.7 192.0.2.1 1234 25\r\n"
V2 = SIGNATURE + b"\x21\x11\x00\x0c" + bytes([192, 0, 2, 7, 192, 0, 2, 1]) + struct.pack("!HH", 1234, 25)
LOCAL = SIGNATURE + b"\x20\x00\x00\x00"


async def address_told(client: Client, proxy: House) -> str:
    """Send a message; returns whose it is."""
    await client.hello()
    await client.envelope()
    assert (await client.data()).startswith(b"250")
    return proxy.judge.envelopes[-1].client_address


@pytest.mark.parametrize(
    ("header", "address"),
    [(V1, "192.0.2.7"), (V2, "192.0.2.7"), (LOCAL, "127.0.0.1"), (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
     (b"PROXY TCP6 ::ffff:192.0.2.7 ::1 1 25\r\n", "192.0.2.7")],
)  # fmt: skip
def test_balancer_says_who_the_client_is(header: bytes, address: str) -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, house(relay.port, listener=BEHIND) as proxy, await proxy.client() as client:
            client.write(header)
            assert await address_told(client, proxy) == address

    asyncio.run(scenario())


def test_header_may_come_octet_by_octet() -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, house(relay.port, listener=BEHIND) as proxy, await proxy.client() as client:
            for number in range(len(V2)):
                client.write(V2[number : number + 1])
                await asyncio.sleep(0)
            assert await address_told(client, proxy) == "192.0.2.7"

    asyncio.run(scenario())


@pytest.mark.parametrize("said", [b"EHLO client.test\r\n", b"PROXY TCP4 nonsense\r\n", SIGNATURE + bytes(9)])
def test_f106_balancer_without_a_header_is_shut_out_without_a_word(said: bytes) -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, house(relay.port, listener=BEHIND) as proxy, await proxy.client() as client:
            client.write(said)
            assert await client.closed()

    asyncio.run(scenario())


def test_balancer_that_says_nothing_is_not_waited_for() -> None:
    async def scenario() -> None:
        limits = Limits(balancer=0.05)
        async with visited(BEHIND, limits) as (_, __, client):
            client.write(b"PROXY TC")
            assert (await client.reply()).startswith(b"421 4.4.2")
            assert await client.closed()

    asyncio.run(scenario())


def test_connections_are_counted_by_client_and_not_by_balancer() -> None:
    async def scenario() -> None:
        limits = Limits(connections_per_address=1)
        async with FakeRelay() as relay, house(relay.port, None, limits, listener=BEHIND) as proxy:
            first, second, third = [await proxy.client() for _ in range(3)]
            first.write(V1)
            await first.hello()
            second.write(V2)
            assert (await second.reply()).startswith(b"421 4.7.0 Too many connections from your address")
            third.write(V1.replace(b".7 ", b".8 "))
            await third.hello()
            for client in (first, second, third):
                client.writer.close()

    asyncio.run(scenario())


def test_f106_header_of_a_stranger_is_a_command_that_nobody_knows() -> None:
    async def scenario() -> None:
        stranger = Listener(proxy_protocol_from=("192.0.2.1",))
        async with visited(stranger) as (_, proxy, client):
            assert (await client.reply()).startswith(b"220")
            assert (await client.say(V1[:-2])).startswith(b"500 5.5.2")
            await client.say(b"HELO client.test")
            await client.envelope()
            await client.data()
            assert proxy.judge.envelopes[-1].client_address == "127.0.0.1"

    asyncio.run(scenario())


def hello_and(header: bytes, context: ssl.SSLContext) -> tuple[bytes, ssl.SSLObject, ssl.MemoryBIO, ssl.MemoryBIO]:
    """A balancer's header and the first octets of a TLS handshake in one piece."""
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(into, out, server_hostname=NAME)
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    return header + out.read(), tls, into, out


async def read_tls(client: Client, tls: ssl.SSLObject, into: ssl.MemoryBIO, out: ssl.MemoryBIO) -> bytes:
    async with asyncio.timeout(10):
        while True:
            try:
                return tls.read(1000)
            except ssl.SSLWantReadError:
                client.write(out.read())
                into.write(await client.reader.read(65536))


@pytest.mark.parametrize("header", [V1, V2])
def test_implicit_tls_begins_right_behind_the_header(header: bytes) -> None:
    async def scenario() -> None:
        listener = Listener(
            tls="implicit", tls_certificate=shared().certificate, tls_key=shared().key,
            proxy_protocol_from=("127.0.0.1",),
        )  # fmt: skip
        async with visited(listener) as (_, proxy, client):
            octets, tls, into, out = hello_and(header, shared().client())
            client.write(octets)
            assert (await read_tls(client, tls, into, out)).startswith(b"220 proxy.test")
            assert [guest.address for guest in proxy.guests._present] == ["192.0.2.7"]

    asyncio.run(scenario())


def test_plain_text_on_the_port_of_implicit_tls_is_shut_out() -> None:
    async def scenario() -> None:
        listener = Listener(tls="implicit", tls_certificate=shared().certificate, tls_key=shared().key)
        async with visited(listener) as (_, proxy, client):
            client.write(b"EHLO client.test\r\n")
            assert b"220" not in await client.reader.read()  # at most an alert of TLS
            async with asyncio.timeout(5):
                await proxy.guests.gone()

    asyncio.run(scenario())


def test_early_talker_is_refused() -> None:
    async def scenario() -> None:
        patient = Listener(greeting_delay=30)
        async with visited(patient) as (relay, _, client):
            client.write(b"EHLO client.test\r\nMAIL FROM:<a@example.org>\r\n")
            assert (await client.reply()).startswith(b"554 5.5.1 You spoke before our greeting")
            assert await client.closed()
            assert relay.commands == []

    asyncio.run(scenario())


def test_without_a_delay_who_has_spoken_already_is_refused() -> None:
    async def scenario() -> None:
        async with visited(BEHIND) as (_, __, client):
            client.write(V1 + b"EHLO client.test\r\n")  # one packet: it has spoken when the greeting is due
            assert (await client.reply()).startswith(b"554 5.5.1")

    asyncio.run(scenario())


def test_patient_client_is_greeted_after_the_delay() -> None:
    async def scenario() -> None:
        async with visited(Listener(greeting_delay=0.05)) as (_, __, client):
            before = asyncio.get_running_loop().time()
            await client.hello()
            assert asyncio.get_running_loop().time() - before >= 0.04

    asyncio.run(scenario())
