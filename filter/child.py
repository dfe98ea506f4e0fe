"""One worker process and the socket to it, seen from the server. What comes from there is read with distrust."""

import asyncio
import io
import json
import os
import re
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from filter.tasks import Task, to_json, version_from_json
from filter.worker import ANSWER, REQUEST

MAX_ANSWER = 4 * 1024 * 1024
_ENDED = "worker ended"
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


class Child:
    """One worker process and the socket to it."""

    def __init__(self, settings: PoolSettings) -> None:
        """OSError: the system has no socket or no process to give."""
        self._channel, theirs = socket.socketpair()
        self._channel.setblocking(False)
        with ExitStack() as fault, theirs:
            fault.callback(self._channel.close)
            factory = "filter.live:LiveScanner" if settings.state else settings.factory
            words = [theirs.fileno(), factory, settings.seconds, settings.memory]
            words += [settings.state or settings.model or "", settings.rules or ""]
            command = [sys.executable, "-P", "-m", "filter.worker", *map(str, words)]
            nothing = subprocess.DEVNULL
            self._process = subprocess.Popen(  # noqa: S603  # fixed words
                command, pass_fds=(theirs.fileno(),), env=_environment(), stdin=nothing, stdout=nothing
            )
            fault.pop_all()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether the process has not ended, as far as is known."""
        return self._process.poll() is None

    async def ready(self) -> str:
        """Wait until the model is loaded, and return its version."""
        content = await self._answer()
        if "ready" not in content:
            raise StartError(content.get("error", "unknown error"))
        return version_from_json(content)

    async def ask(self, message: BinaryIO, size: int, task: Task) -> Any:
        """Send a message and what is to be done with it, and wait for the answer."""
        loop, meta = asyncio.get_running_loop(), to_json(task)
        if isinstance(message, io.BytesIO):
            head = REQUEST.pack(len(meta), size, False)
            await loop.sock_sendall(self._channel, b"".join((head, meta, message.getbuffer())))
        else:
            head = REQUEST.pack(len(meta), size, True)
            socket.send_fds(self._channel, [head], [message.fileno()])  # an idle worker's socket is empty
            await loop.sock_sendall(self._channel, meta)
        return await self._answer()

    async def _answer(self) -> Any:
        (length,) = ANSWER.unpack(await self._exactly(ANSWER.size))
        if length > MAX_ANSWER:
            raise ValueError("answer too long")
        return json.loads(await self._exactly(length))

    async def _exactly(self, count: int) -> bytes:
        loop, octets = asyncio.get_running_loop(), b""
        while len(octets) < count:
            part = await loop.sock_recv(self._channel, count - len(octets))
            if not part:
                raise EOFError(_ENDED)
            octets += part
        return octets

    async def end(self) -> None:
        """Close the socket, kill the process and wait for its end, without a thread: there may be none to have.

        Nobody may wait for an answer any more: the event loop would go on watching the number of the socket.
        """
        self._channel.close()
        self._process.kill()
        while self.lives:  # noqa: ASYNC110 - milliseconds, after SIGKILL
            await asyncio.sleep(0.005)
