"""The server as an operator runs it: from a settings file, one process or several, with or without systemd."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from tests.conftest import ROOT
from tests.faults.client import Client

SERVER = """
import json, logging, sys
from functools import partial
from pathlib import Path
from filter.config.reader import read
from filter.launch import launch
from filter.child import StartError
from filter.serving import run
file, factory = Path(sys.argv[1]), sys.argv[2]
logging.basicConfig(level=logging.INFO, format="%(message)s")
def greet(service):
    print(json.dumps({name: door.bound.port for name, door in service.doors.items()}), flush=True)
try:
    code = launch(read(file), greet, reread=partial(read, file), run=partial(run, factory=factory))
except StartError as error:
    sys.exit(str(error))
sys.exit(code)
"""
SETTINGS = """\
processes = {processes}
drain = 10
[workers]
count = 1
seconds = 2
[policy]
reject_at = {reject_at}
[listeners.inbound]
address = "127.0.0.1:{port}"
trust_clients = true
[relays.relay]
addresses = ["127.0.0.1:{relay}"]
{more}
"""


def settings(relay: int, port: int = 0, *, processes: int = 1, reject_at: float = 15.0, more: str = "") -> str:
    return SETTINGS.format(relay=relay, port=port, processes=processes, reject_at=reject_at, more=more)


class Deployed:
    """A running server; its log can be waited for."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.ports: dict[str, int] = {}
        self.log: list[str] = []
        self._more = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        while line := await self.process.stderr.readline():
            self.log.append(line.decode().rstrip())
            self._more.set()

    async def started(self) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            line = await self.process.stdout.readline()
        self.ports = json.loads(line) if line else {}

    async def said(self, text: str, times: int = 1, *, whole: bool = False) -> str:
        """Wait for a line of the log that holds `text`, or that is `text`; return the latest."""
        async with asyncio.timeout(30):
            while len(found := [line for line in self.log if (line == text if whole else text in line)]) < times:
                self._more.clear()
                await self._more.wait()
        return found[-1]

    @property
    def children(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    async def client(self, listener: str = "inbound") -> Client:
        client = await Client.connect(self.ports[listener])
        await client.hello()
        return client

    async def deliver(self, content: bytes = b"Subject: x\r\n\r\nx\r\n") -> bytes:
        """The reply to one message."""
        async with await self.client() as client:
            await client.envelope()
            return await client.data(content)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    async def ended(self) -> int:
        async with asyncio.timeout(30):
            code = await self.process.wait()
            await self._reader
            assert self.process.stdout is not None
            await self.process.stdout.read()
        return code


async def start(
    file: Path,
    scanner: str = "Fair",
    environment: Mapping[str, str] | None = None,
    passed: socket.socket | None = None,
) -> Deployed:
    """Start a server by the settings in `file`; `passed` becomes its descriptor 3, named in `environment`."""
    factory = scanner if ":" in scanner else f"tests.faults.scanners:{scanner}"
    words = [sys.executable, "-c", SERVER, str(file), factory]
    if passed is not None:  # the shell knows its own process id, which LISTEN_PID must be
        script = f'export LISTEN_PID=$$; exec 3<&{passed.fileno()}; exec "$0" "$@"'
        words = ["bash", "-c", script, *words]
    process = await asyncio.create_subprocess_exec(
        *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        pass_fds=[passed.fileno()] if passed else [],
    )  # fmt: skip
    return Deployed(process)


@contextlib.asynccontextmanager
async def deployed(
    file: Path,
    scanner: str = "Fair",
    environment: Mapping[str, str] | None = None,
    passed: socket.socket | None = None,
) -> AsyncIterator[Deployed]:
    """A server that has started, and that is gone afterwards with all its processes."""
    server = await start(file, scanner, environment, passed)
    try:
        await server.started()
        yield server
    finally:
        with contextlib.suppress(ProcessLookupError):
            for pid in server.children if server.process.returncode is None else []:
                os.kill(pid, signal.SIGKILL)
            server.process.kill()
        await server.ended()
