"""The server with a milter at a unix socket and at a TCP port, as a process of its own that can be killed.

At a second unix socket, PATH-passing, mail passes that cannot be judged.
"""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from filter.envelope import Envelope
from filter.verdict import Verdict
from tests.conftest import ROOT
from tests.faults.scanners import Fair

SERVER = """
import asyncio, logging, sys
from filter.config.settings import PolicySettings, Settings, WorkerSettings
from filter.milter.settings import MilterDoor
from filter.serving import run
from filter.terms import RecipientTerms, Terms
logging.basicConfig(level=logging.INFO)
path, port, scanner = sys.argv[1:]
recipients = {"tag@proxied.test": {"reject_at": "off"}, "hold@proxied.test": {"reject_at": "off", "hold_at": 10.0}}
policy = PolicySettings(reject_at=15.0, recipients={name: RecipientTerms(**one) for name, one in recipients.items()})
milters = {
    "socket": MilterDoor(address=f"unix:{path}", socket_mode="0666"),
    "port": MilterDoor(address=f"127.0.0.1:{port}"),
    "passing": MilterDoor(address=f"unix:{path}-passing", socket_mode="0666", policy=Terms(on_fault="pass")),
}
workers = WorkerSettings(count=1, seconds=10.0)
settings = Settings(milters=milters, policy=policy, workers=workers)
asyncio.run(run(settings, lambda _: print("ready", flush=True), factory=scanner))
"""
SIGN = "HAMGATE_TEST_SIGN"


class Sleeps(Fair):
    """Leaves a sign, and takes longer than a test lasts."""

    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        Path(os.environ[SIGN]).touch()
        time.sleep(60)
        return super().scan(raw, envelope, clues)


@contextlib.asynccontextmanager
async def served(path: Path, port: int, scanner: str = "tests.faults.scanners:Fair") -> AsyncIterator["Milter"]:
    """Run one; at the end it is killed if it lives."""
    milter = Milter(path, port, scanner)
    await milter.start()
    try:
        yield milter
    finally:
        await milter.kill()


class Milter:
    """One server, and what it has left for us to see."""

    def __init__(self, path: Path, port: int, scanner: str) -> None:
        self._words = (str(path), str(port), scanner)
        self._sign = path.parent / "sign"
        self.log = path.parent / "log"

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", SERVER, *self._words, stdout=asyncio.subprocess.PIPE, stderr=log,
                env={**os.environ, "PYTHONPATH": str(ROOT), SIGN: str(self._sign)},
            )  # fmt: skip
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            assert await self._process.stdout.readline() == b"ready\n", self.log.read_text()[-4000:]

    async def judging(self) -> None:
        """Wait until `Sleeps` is at work."""
        async with asyncio.timeout(30):
            while not self._sign.exists():  # noqa: ASYNC110 - another process makes it
                await asyncio.sleep(0.02)
        self._sign.unlink()

    async def kill(self) -> None:
        """SIGKILL."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.communicate()
