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
from filter.child import StartError
from filter.serving import run
from tests.settings import small
listen, relay, scanner, reject_at = sys.argv[1:]
factory = scanner if ":" in scanner else f"tests.faults.scanners:{scanner}"
settings = small(relay, listen, reject_at=reject_at, seconds=1.0)
try:
    asyncio.run(run(settings, lambda service: print(service.doors["inbound"].bound.port, flush=True), factory=factory))
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


REAL = "filter.scan:Scanner"
"""The scanner of hamgate itself, with the shipped model."""


async def start(
    relay: str, listen: str = "127.0.0.1:0", scanner: str = "Fair", reject_at: str = "15"
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, listen, relay, scanner, reject_at,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@contextlib.asynccontextmanager
async def served(
    relay: str, scanner: str = "Fair", listen: str = "127.0.0.1:0", reject_at: str = "15"
) -> AsyncIterator[Served]:
    """Run a server in front of `relay` that tags from 5 and refuses from `reject_at` points."""
    process = await start(relay, listen, scanner, reject_at)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            port = int(await process.stdout.readline())
        yield Served(process, port)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
