"""What clients cost our server and aiosmtpd's, side by side: 2000 that are idle, and one that floods.

Call: python -m tests.benchmarks.crowd. Memory is resident, in MiB; a NOOP of another client is timed on the wall, so
figures mean little where the machine has other work.
"""

import asyncio
import resource
import sys
import time

from tests.faults.client import Client
from tests.faults.test_crowd import FLOODS, IDLE, RUDE, SERVER, memory

STOCK = """
import asyncio, signal
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP

async def main():
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    bounds = {"data_size_limit": 1 << 30, "command_call_limit": 1 << 30}
    server = await loop.create_server(lambda: SMTP(Sink(), loop=loop, **bounds), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()

asyncio.run(main())
"""
SERVERS = {"hamgate": SERVER, "aiosmtpd": STOCK}
NOOPS = 90  # of one connection: hamgate allows 100


async def started(*words: str) -> asyncio.subprocess.Process:
    """A Python process that runs the program `words`."""
    pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(sys.executable, "-c", *words, stdout=pipe, stderr=null)


async def port_of(process: asyncio.subprocess.Process) -> int:
    if process.stdout is None:
        raise AssertionError("started() asks for a pipe")
    return int(await process.stdout.readline())


async def idle(program: str) -> float:
    """MiB that `IDLE` clients take that have said EHLO."""
    server = await started(program)
    port = await port_of(server)
    empty = memory(server.pid)
    clients = [await Client.connect(port) for _ in range(IDLE)]
    for client in clients:
        await client.hello()
    taken = memory(server.pid) - empty
    server.kill()
    await server.wait()
    for client in clients:
        client.writer.transport.abort()
    return taken


async def flooded(program: str, flood: str) -> list[float]:
    """Milliseconds of each NOOP of a client while another one floods, sorted."""
    server = await started(program)
    port = await port_of(server)
    waits = []
    async with await Client.connect(port) as client:
        await client.hello()
        rude = await started(RUDE, str(port), flood)
        await asyncio.sleep(1)  # until it has begun
        for _ in range(NOOPS):
            before = time.monotonic()
            await client.say(b"NOOP")
            waits.append((time.monotonic() - before) * 1000)
            await asyncio.sleep(0.02)
        rude.kill()
        await rude.wait()
    server.kill()
    await server.wait()
    return sorted(waits)


def main() -> None:
    """Print the table."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(IDLE + 200, most), most))
    print("| | hamgate | aiosmtpd |\n|---|---|---|")
    taken = [f"{asyncio.run(idle(program)):.0f}" for program in SERVERS.values()]
    print(f"| {IDLE} idle clients, MiB | {' | '.join(taken)} |")
    for flood in FLOODS:
        waits = [asyncio.run(flooded(program, flood)) for program in SERVERS.values()]
        cells = [f"{one[NOOPS // 2]:.1f} / {one[NOOPS * 99 // 100]:.1f}" for one in waits]
        print(f"| {flood}: NOOP p50 / p99, ms | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
