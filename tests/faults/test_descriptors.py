"""F98: the process has no file descriptor left. It accepts nobody for a while, loses nothing, and recovers."""

import asyncio
import contextlib
import resource
from pathlib import Path

import pytest

from tests.faults.client import HAM, Client
from tests.faults.process import start

pytestmark = pytest.mark.slow


def open_descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


async def greeted(client: Client) -> bool:
    """Whether the server has accepted the client by now."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            return (await client.reader.readline()).startswith(b"220 ")
    return False


async def scenario(folder: Path) -> bytes:
    process = await start(f"maildir:{folder}")
    assert process.stdout is not None
    port = int(await process.stdout.readline())
    try:
        usual = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (open_descriptors(process.pid) + 8, usual[1]))
        clients = [await Client.connect(port) for _ in range(20)]
        inside = [client for client in clients if await greeted(client)]
        assert 1 <= len(inside) <= 8
        assert (await inside[0].say(b"EHLO client.test")).startswith(b"250-")  # who is in is served
        for client in inside:
            client.writer.close()
        outside = [client for client in clients if client not in inside]
        assert (await outside[0].reply()).startswith(b"220 ")  # a second later
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, usual)
        for client in outside[1:]:
            assert (await client.reply()).startswith(b"220 ")
        await outside[-1].say(b"EHLO client.test")
        await outside[-1].envelope()
        assert (await outside[-1].data(HAM)).startswith(b"250 ")
        for client in outside:
            client.writer.close()
    finally:
        process.kill()
        _, errors = await process.communicate()
    return errors


def test_f98_without_descriptors_accepting_pauses_and_recovers(tmp_path: Path) -> None:
    errors = asyncio.run(scenario(tmp_path))
    assert len(list((tmp_path / "new").iterdir())) == 1
    assert 1 <= errors.count(b"out of system resource") <= 20, "no flood of log lines"
