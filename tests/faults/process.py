"""The server as a process of its own, with a scanner that tests choose by name."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests.faults.client import Client

ROOT = Path(__file__).parents[2]
SERVER = """
import asyncio, sys
from filter.policy import Policy
from filter.pool import PoolSettings, StartError
from filter.service import Address, Settings, parse_relay, run
pool = PoolSettings(count=1, factory=f"tests.faults.scanners:{sys.argv[3]}", seconds=1.0)
settings = Settings(Address.parse(sys.argv[1]), parse_relay(sys.argv[2]), Policy(5.0, 15.0), pool=pool)
try:
    asyncio.run(run(settings, lambda bound: print(bound.port, flush=True)))
except StartError as error:
    sys.exit(str(error))
"""


class Served:
    """A server process and its port."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.port = port

    async def client(self) -> Client:
        client = await Client.connect(self.port)
        await client.hello()
        return client

    async def exit_code(self) -> int:
        async with asyncio.timeout(20):
            return await self.process.wait()


async def start(relay: str, listen: str = "127.0.0.1:0", scanner: str = "Fair") -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, listen, relay, scanner,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@contextlib.asynccontextmanager
async def served(relay: str, scanner: str = "Fair", listen: str = "127.0.0.1:0") -> AsyncIterator[Served]:
    """Run a server in front of `relay` that tags from 5 and refuses from 15 points."""
    process = await start(relay, listen, scanner)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            port = int(await process.stdout.readline())
        yield Served(process, port)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
