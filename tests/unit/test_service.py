"""Putting the server together: addresses, and the embedded relay from end to end."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from filter.pool import PoolSettings
from filter.service import Address, Settings, parse_relay, run
from tests.faults.client import HAM, Client


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("127.0.0.1:25", "127.0.0.1", 25), ("[::1]:10025", "::1", 10025), ("mail.test:0", "mail.test", 0)],
)
def test_address(text: str, host: str, port: int) -> None:
    address = Address.parse(text)
    assert (address.host, address.port, str(address)) == (host, port, text)


@pytest.mark.parametrize("text", ["", "25", ":25", "host:", "host:x", "host:65536", "host:²", "host:-1"])
def test_bad_address_is_explained(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not HOST:PORT, for example 127\.0\.0\.1:10025"):
        Address.parse(text)


def test_ipv6_needs_brackets() -> None:
    with pytest.raises(ValueError, match=r"in brackets, as \[::1\]:10025"):
        Address.parse("::1:10025")


def test_relay() -> None:
    assert parse_relay("maildir:./var/mail") == Path("var/mail")
    assert parse_relay("[::1]:26") == Address("::1", 26)
    with pytest.raises(ValueError, match=r"is not maildir:PATH, for example maildir:\./var/mail"):
        parse_relay("maildir:")


@pytest.mark.parametrize("listen", [Address("127.0.0.1", 0), Address("::1", 0)])
def test_message_ends_in_the_maildir(listen: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    pool = PoolSettings(count=1, factory="tests.faults.scanners:Fair")
    settings = replace(Settings(listen, tmp_path), pool=pool)

    async def visit(address: Address) -> bytes:
        client = Client(*await asyncio.open_connection(address.host, address.port))
        async with client:
            await client.hello()
            await client.envelope()
            return await client.data()

    async def scenario() -> bytes:
        bound: asyncio.Future[Address] = asyncio.get_running_loop().create_future()
        server = asyncio.create_task(run(settings, bound.set_result))
        reply = await visit(await bound)
        os.kill(os.getpid(), signal.SIGTERM)
        await server
        return reply

    assert asyncio.run(scenario()) == b"250 2.6.0 Stored\r\n"
    (stored,) = (tmp_path / "new").iterdir()
    content = stored.read_bytes()
    assert content.startswith(b"Return-Path: <s@x.test>\nX-Spam-Flag: NO\n")
    assert b"\nX-Spam-Level: \nX-Hamgate-Report: HAM(-7.32) [" in content
    assert content.endswith(b"]\n" + HAM.replace(b"\r\n", b"\n"))
