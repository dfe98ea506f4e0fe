"""Many clients at once, and a rude one among them: what it costs us, and what the others notice of it."""

import asyncio
import contextlib
import os
import resource
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.client import Client
from tests.faults.process import ROOT

SERVER = """
import asyncio
from filter.policy import Policy
from filter.smtp.guests import Guests
from filter.smtp.limits import Limits
from filter.smtp.listening import listen
from filter.smtp.proxy import Proxy
from filter.smtp.server import Server
from tests.faults.house import FakeJudge
from tests.unit.smtp.memory import GO, OK, MemoryHop, MemoryRelay

async def main():
    loop, limits = asyncio.get_running_loop(), Limits(connections=5000, connections_per_address=5000, message=1 << 30)
    guests = Guests(limits)
    relay = MemoryRelay(*[MemoryHop(OK, OK, GO, OK, OK) for _ in range(50)])
    proxy = Proxy(relay, FakeJudge(), Policy(), limits, "proxy.test", "1.0")
    server = await listen(lambda: Server(proxy, guests, loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
IDLE = 2000


@contextlib.asynccontextmanager
async def server() -> AsyncIterator[tuple[int, int]]:
    """A server of its own with room for all; yields its process id and port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert process.stdout is not None
    try:
        yield process.pid, int(await process.stdout.readline())
    finally:
        process.kill()
        await process.communicate()


def memory(pid: int) -> float:
    """Resident memory in MiB."""
    (line,) = [row for row in Path(f"/proc/{pid}/status").read_text().splitlines() if row.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


@pytest.mark.slow
def test_two_thousand_idle_clients_take_less_than_60_mib() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= most < IDLE + 200:
        pytest.skip(f"only {most} file descriptors are allowed here")

    async def scenario() -> None:
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (IDLE + 200, most))
        async with server() as (pid, port):
            empty = memory(pid)
            clients = [await Client.connect(port) for _ in range(IDLE)]
            for client in clients:
                await client.hello()
            taken = memory(pid) - empty
            for client in clients:
                client.writer.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        print(f"{IDLE} idle connections: {taken:.1f} MiB")
        assert taken < 60

    asyncio.run(scenario())


FLOODS = {
    "blank-lines": b"\r\n" * 32768,
    "commands": b"NOOP\r\n" * 10000,
    "line-feeds-of-a-message": b"\n" * 65536,
    "line-ends-of-a-message": b"\r\n" * 32768,
    "one-line": b"x" * 65536,
}


async def flood(port: int, octets: bytes, in_message: bool) -> None:
    """Send without end, and come again when shown out."""
    while True:
        with contextlib.suppress(ConnectionError):
            client = await Client.connect(port)
            try:
                await client.hello()
                if in_message:
                    await client.envelope()
                    await client.say(b"DATA")
                while not client.reader.at_eof():
                    client.write(octets)
                    await client.writer.drain()
            finally:
                client.writer.transport.abort()


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOODS)
def test_flood_of_one_client_is_hardly_noticed_by_another(name: str) -> None:
    async def scenario() -> float:
        async with server() as (_, port):
            rude = await asyncio.create_subprocess_exec(
                sys.executable, "-c", "import asyncio, sys; from tests.faults.test_crowd import FLOODS, flood; "
                "asyncio.run(flood(int(sys.argv[1]), FLOODS[sys.argv[2]], 'message' in sys.argv[2]))",
                str(port), name, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            times = []
            loop = asyncio.get_running_loop()
            while not times or loop.time() - begun < 4:
                async with await Client.connect(port) as client:
                    await client.hello()
                    begun = begun if times else loop.time() + 1  # the flood has come by then
                    for _ in range(90):
                        before = loop.time()
                        assert (await client.say(b"NOOP")).startswith(b"250")
                        times.append(loop.time() - before)
                        await asyncio.sleep(0.005)
            rude.kill()
            await rude.wait()
        times.sort()
        return times[len(times) * 99 // 100]

    p99 = asyncio.run(scenario())
    print(f"{name}: p99 of NOOP {p99 * 1000:.1f} ms")
    assert p99 <= 0.020
