"""Putting the server together: addresses, and the embedded relay from end to end."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from filter.config.settings import Settings
from filter.door.endpoint import Endpoint
from filter.milter.settings import MilterDoor
from filter.reply import Reply
from filter.service import Service
from filter.serving import run
from tests.faults.client import HAM, Client
from tests.settings import small


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "[::1]:0"])
def test_message_ends_in_the_maildir(listen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    settings = small(tmp_path, listen)

    async def visit(address: Endpoint) -> bytes:
        client = Client(*await asyncio.open_connection(address.host, address.port))
        async with client:
            await client.hello()
            await client.envelope()
            return await client.data()

    async def scenario() -> bytes:
        ready: asyncio.Future[Service] = asyncio.get_running_loop().create_future()
        server = asyncio.create_task(run(settings, ready.set_result, factory="tests.faults.scanners:Fair"))
        reply = await visit((await ready).doors["inbound"].bound)
        os.kill(os.getpid(), signal.SIGTERM)
        await server
        return reply

    assert asyncio.run(scenario()) == b"250 2.6.0 Stored\r\n"
    (stored,) = (tmp_path / "new").iterdir()
    content = stored.read_bytes()
    assert content.startswith(b"Return-Path: <s@x.test>\nX-Spam-Flag: NO\n")
    assert b"\nX-Spam-Level: \nX-Hamgate-Report: HAM(-7.32) [" in content
    assert content.endswith(b"]\n" + HAM.replace(b"\r\n", b"\n"))


def test_messages_under_way_are_waited_for_though_the_settings_have_no_relay_any_more() -> None:
    async def scenario() -> None:
        service = Service(Settings(milters={"postfix": MilterDoor(address="127.0.0.1:0")}))
        done: asyncio.Future[tuple[Reply, ...]] = asyncio.get_running_loop().create_future()

        async def commit() -> tuple[Reply, ...]:
            return await done

        task = asyncio.create_task(commit())
        service._committing.add(task)
        draining = asyncio.create_task(service.drain())
        await asyncio.sleep(0)
        done.set_result(())
        await draining
        assert task.done()

    asyncio.run(scenario())
