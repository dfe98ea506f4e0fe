"""The whole server as an operator runs it: `hamgate serve --config`, with real workers and the shipped model."""

import contextlib
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Self

from tests.commands import COMMAND
from tests.conftest import ROOT

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
_BOUND = re.compile(r"listens on \S+:(\d+)")


class Gate:
    """A server with `settings` (TOML), which begin with `listeners` in this order; what it logs is in `log`."""

    def __init__(self, folder: Path, settings: str, listeners: tuple[str, ...] = ("inbound",)) -> None:
        self.file = folder / "hamgate.toml"
        self.file.write_text(settings)
        self.log = folder / "log"
        self._names = listeners
        self.ports: dict[str, int] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.terminate()
        self._close()

    @property
    def port(self) -> int:
        """Where the first listener is."""
        return self.ports[self._names[0]]

    def start(self) -> None:
        """Start it, and return when clients can come."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [COMMAND, "serve", "--config", str(self.file)],
                stdout=subprocess.PIPE, stderr=log, text=True, env=ENVIRONMENT,
            )  # fmt: skip
        for name in self._names:
            self.ports[name] = self._next_port()

    def _next_port(self) -> int:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := _BOUND.search(line):
                return int(found[1])
        raise AssertionError(f"it did not start:\n{self.log.read_text()[-4000:]}")

    def workers(self) -> list[int]:
        """Its children: those that judge or, with several processes, the servers."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def terminate(self) -> None:
        """SIGTERM, and wait until it has finished what is under way."""
        self.process.terminate()
        assert self.process.wait(60) == 0, self.log.read_text()[-4000:]
        self._close()

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait(60)
        self._close()

    def kill_worker(self) -> None:
        """SIGKILL for one of them, as when memory runs out."""
        for pid in self.workers()[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _close(self) -> None:
        if self.process.stdout is not None:
            self.process.stdout.close()
