"""TLS in the midst of a session: also in pieces, also when nothing comes of it."""

import asyncio
import hashlib
import random
import ssl

import pytest

from filter.smtp.limits import Limits
from filter.smtp.listener import Listener
from filter.smtp.server import Server
from tests.certificates import NAME, shared
from tests.faults.client import Client
from tests.faults.house import visited


def offering() -> Listener:
    return Listener(tls="offer", tls_certificate=shared().certificate, tls_key=shared().key)


async def begin(client: Client) -> None:
    await client.hello()
    assert (await client.say(b"STARTTLS")).startswith(b"220 ")


def test_big_message_arrives_unchanged_under_tls() -> None:
    noise = random.Random(4711)
    lines = b"".join(noise.randbytes(noise.randrange(1, 400)).hex().encode() + b"\r\n" for _ in range(8000))
    message = b"Subject: big\r\n\r\n" + lines

    async def scenario() -> None:
        async with visited(offering()) as (relay, _, client):
            await begin(client)
            await client.writer.start_tls(shared().client(), server_hostname=NAME)
            await client.say(b"EHLO client.test")
            await client.envelope()
            assert (await client.data(message)).startswith(b"250")
            sent = relay.copies[0].content
            assert hashlib.sha256(sent[-len(message) :]).digest() == hashlib.sha256(message).digest()

    asyncio.run(scenario())


def test_session_knows_that_it_is_encrypted() -> None:
    async def scenario() -> None:
        async with visited(offering()) as (_, proxy, client):
            await begin(client)
            await client.writer.start_tls(shared().client(), server_hostname=NAME)
            await client.say(b"NOOP")
            (session,) = proxy.guests._present
            assert isinstance(session, Server)
            assert session.peer.encrypted
            assert session.peer.address == "127.0.0.1"

    asyncio.run(scenario())


def test_client_that_does_not_shake_hands_is_not_waited_for() -> None:
    async def scenario() -> None:
        async with visited(offering(), Limits(handshake=0.05)) as (_, proxy, client):
            await begin(client)
            assert await client.closed()
            async with asyncio.timeout(5):
                await proxy.guests.gone()

    asyncio.run(scenario())


@pytest.mark.parametrize("said", [b"EHLO client.test\r\n", b"\x16\x03\x01" + b"x" * 500])
def test_what_is_no_handshake_ends_the_session(said: bytes) -> None:
    async def scenario() -> None:
        async with visited(offering()) as (_, proxy, client):
            await begin(client)
            client.write(said)
            assert b"250" not in await client.reader.read()
            async with asyncio.timeout(5):
                await proxy.guests.gone()

    asyncio.run(scenario())


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
def test_tls_of_the_past_is_refused() -> None:
    async def scenario() -> None:
        old = shared().client()
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        async with visited(offering()) as (_, __, client):
            await begin(client)
            with pytest.raises((ssl.SSLError, ConnectionError)):
                await client.writer.start_tls(old, server_hostname=NAME)

    asyncio.run(scenario())


def test_server_that_stops_in_the_midst_of_a_handshake_breaks_it_off() -> None:
    async def scenario() -> None:
        async with visited(offering()) as (_, proxy, client):
            await begin(client)
            assert await proxy.guests.farewell(5) == 0
            assert await client.closed()

    asyncio.run(scenario())
