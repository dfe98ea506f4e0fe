"""One worker process, seen from the server."""

import asyncio
import io
import os
import re
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from filter.channel import Channel, Hear
from filter.tasks import Task, to_json, version_from_json
from filter.worker import REQUEST

GRACE = 2.0
"""Seconds beyond its own time that a worker has to say so."""
_NOT_FOR_WORKERS = re.compile(r"NOTIFY_SOCKET|LISTEN_|WATCHDOG_")


class StartError(Exception):
    """No worker can be started. The text is one line for the operator."""


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How workers are run."""

    count: int = 2
    model: Path | None = None
    rules: Path | None = None
    seconds: float = 20.0
    """For one message, inside the worker. A worker that does not keep to it is killed 2 s later."""
    memory: int = 2 * 1024**3
    """Address space of a worker."""
    patience: float = 60.0
    """Seconds a message waits for a free worker. Postfix waits 100 s for a before-queue filter."""
    queue: int = 0
    """Messages that may wait for a free worker; 0 means 64 for each."""
    factory: str = "filter.scan:Scanner"
    state: Path | None = None
    """Folder of a model and learned mail that are taken up when they change; instead of `model`."""


def _environment() -> dict[str, str]:
    """Ours without what is between us and systemd, and without threads, which cost memory and start-up time."""
    kept = {name: value for name, value in os.environ.items() if not _NOT_FOR_WORKERS.match(name)}
    return {**kept, "OPENBLAS_NUM_THREADS": "1"}


def _tell(told: "asyncio.Future[Any]", content: Any, fault: Exception | None) -> None:
    if told.done():
        return
    if fault is None:
        told.set_result(content)
    else:
        told.set_exception(fault)


class Child:
    """One worker process and the socket to it."""

    def __init__(self, settings: PoolSettings) -> None:
        """OSError: the system has no socket or no process to give."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self._seconds = settings.seconds
        with ExitStack() as fault, theirs:
            fault.callback(ours.close)
            factory = "filter.live:LiveScanner" if settings.state else settings.factory
            words = [theirs.fileno(), factory, settings.seconds, settings.memory]
            words += [settings.state or settings.model or "", settings.rules or ""]
            command = [sys.executable, "-P", "-m", "filter.worker", *map(str, words)]
            nothing = subprocess.DEVNULL
            self._process = subprocess.Popen(  # noqa: S603  # fixed words
                command, pass_fds=(theirs.fileno(),), env=_environment(), stdin=nothing, stdout=nothing
            )
            self._channel = Channel(ours)
            fault.pop_all()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether the process has not ended, as far as is known."""
        return self._process.poll() is None

    @property
    def fit(self) -> bool:
        """Whether it may be asked: nothing is known against it."""
        return self._channel.sound and self.lives

    async def ready(self) -> str:
        """Wait until the model is loaded, and return its version."""
        told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._channel.expect(partial(_tell, told))
        content = await told
        if "ready" not in content:
            raise StartError(content.get("error", "unknown error"))
        return version_from_json(content)

    def ask(self, message: BinaryIO, size: int, task: Task, hear: Hear) -> None:
        """Send a message and what is to be done with it; `hear` gets the answer, now or later."""
        meta, descriptor = to_json(task), None
        if isinstance(message, io.BytesIO):
            octets = b"".join((REQUEST.pack(len(meta), size, False), meta, message.getvalue()))
        else:
            octets, descriptor = REQUEST.pack(len(meta), size, True) + meta, message.fileno()
        self._channel.expect(hear, self._seconds + GRACE)
        self._channel.send(octets, descriptor)

    async def end(self) -> None:
        """Close the socket, kill the process and wait for its end, without a thread: there may be none to have."""
        self._channel.close()
        self._process.kill()
        while self.lives:  # noqa: ASYNC110 - milliseconds, after SIGKILL
            await asyncio.sleep(0.005)
