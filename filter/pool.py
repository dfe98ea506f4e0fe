"""Worker processes seen from the server: a verdict for each message, or ScanError. Nothing a worker does harms us."""

import asyncio
import io
import json
import logging
import math
import os
import re
import socket
import subprocess
import sys
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, TypeVar

from filter.envelope import Envelope
from filter.killers import Killers
from filter.verdict import Hit, Verdict
from filter.worker import ANSWER, REQUEST, envelope_to_json

log = logging.getLogger("hamgate.pool")

T = TypeVar("T")

MAX_ANSWER = 4 * 1024 * 1024
_SYMBOL = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_VERSION = re.compile(r"[0-9A-Za-z._-]{0,64}")
_ENDED = "worker ended"
QUEUE = 64
"""Messages that may wait for each worker: 16 MiB at most, as longer ones lie on disk."""
_NOT_FOR_WORKERS = re.compile(r"NOTIFY_SOCKET|LISTEN_|WATCHDOG_")


class ScanError(Exception):
    """There is no verdict. The text is for the log."""


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


def verdict_from_json(content: Any) -> Verdict:
    """Read a worker's answer with distrust: our headers are made from it."""
    hits = []
    for symbol, points, detail in content["hits"]:
        if not _SYMBOL.fullmatch(symbol) or not math.isfinite(points) or abs(points) > 1e6:
            raise ValueError("odd hit")
        hits.append(Hit(symbol, float(points), str(detail)))
    return Verdict(tuple(hits), version_from_json(content))


def version_from_json(content: Any) -> str:
    """Read the version of the model that a worker names."""
    version = content["model"]
    if not _VERSION.fullmatch(version):
        raise ValueError("odd version")
    return str(version)


def _environment() -> dict[str, str]:
    """Ours without what is between us and systemd, and without threads, which cost memory and start-up time."""
    kept = {name: value for name, value in os.environ.items() if not _NOT_FOR_WORKERS.match(name)}
    return {**kept, "OPENBLAS_NUM_THREADS": "1"}


class _Child:
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

    async def judge(self, message: BinaryIO, size: int, envelope: Envelope) -> Any:
        """Send a message and wait for the answer."""
        loop = asyncio.get_running_loop()
        meta = envelope_to_json(envelope)
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


class WorkerPool:
    """Keeps `count` workers; each judges one message at a time. Used as an asynchronous context manager."""

    def __init__(self, settings: PoolSettings) -> None:
        self._settings = settings
        self._free: asyncio.LifoQueue[_Child] = asyncio.LifoQueue()  # the last one used has the warmest caches
        self._children: set[_Child] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._starting = 0
        self._killers = Killers()
        self._waiting = 0
        self.answered = -math.inf
        """When a worker last answered (monotonic)."""
        self.model = ""
        """The version of the model that judged last."""
        self.replaced = 0
        """Workers that broke and were replaced, or are to be."""

    @property
    def running(self) -> int:
        """Workers that loaded their model, free or at work."""
        return len(self._children) - self._starting

    @property
    def free(self) -> int:
        """Workers that wait for a message."""
        return self._free.qsize()

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers."""
        return [child.pid for child in self._children]

    async def __aenter__(self) -> "WorkerPool":
        try:
            await asyncio.gather(*(self._start(self._add()) for _ in range(self._settings.count)))
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(child.end() for child in self._children))
        self._children.clear()

    async def _add(self) -> None:
        try:
            child = _Child(self._settings)
            await self._load(child)
        except (OSError, EOFError, ValueError, KeyError, TypeError, TimeoutError) as error:
            raise StartError(f"a worker does not start: {str(error) or type(error).__name__}") from error
        self._hand_back(child)

    async def _load(self, child: _Child) -> None:
        """Wait until it is ready. One that fails is ended; one whose start is cancelled ends with the pool."""
        self._children.add(child)
        self._starting += 1
        try:
            async with asyncio.timeout(self._settings.patience):
                self.model = await child.ready()
        except Exception:
            await self._end(child)
            raise
        finally:
            self._starting -= 1

    def _hand_back(self, child: _Child) -> None:
        self.answered = monotonic()
        self._free.put_nowait(child)

    async def _end(self, child: _Child) -> None:
        await child.end()
        self._children.discard(child)  # not before: what is in the set is ended with the pool

    async def scan(self, message: BinaryIO, size: int, envelope: Envelope) -> Verdict:
        """Judge `message`. A caller that goes away does not cost the worker: it finishes and is free again."""
        name = self._killers.name(message)
        if self._killers.twice(name):
            raise ScanError("it killed a worker twice")
        child = await self._next_free()
        return await asyncio.shield(self._start(self._scan(child, name, message, size, envelope)))

    async def _next_free(self) -> _Child:
        """Wait for a worker, if not too many do already: what waits takes memory."""
        if self._waiting >= (self._settings.queue or QUEUE * self._settings.count):
            raise ScanError(f"no free worker, and {self._waiting} messages wait already")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._settings.patience):
                return await self._free.get()
        except TimeoutError:
            raise ScanError("no free worker") from None
        finally:
            self._waiting -= 1

    def _start(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _scan(self, child: _Child, name: bytes, message: BinaryIO, size: int, envelope: Envelope) -> Verdict:
        lived = child.lives  # what was dead before was not killed by this message
        try:
            async with asyncio.timeout(self._settings.seconds + 2.0):
                content = await child.judge(message, size, envelope)
            verdict = None if "error" in content else verdict_from_json(content)
        except (OSError, EOFError, TimeoutError, ValueError, KeyError, TypeError) as error:
            if lived and isinstance(
                error, OSError | EOFError
            ):  # dead, or deaf for too long (TimeoutError) and so killed
                self._killers.add(name)
            self._start(self._replace(child))
            raise ScanError(f"{type(error).__name__}: {error}") from error
        self._hand_back(child)
        if verdict is None:
            raise ScanError(content["error"])
        self.model = verdict.model
        return verdict

    async def _replace(self, child: _Child) -> None:
        """Put a new worker in the place of one that broke. Without a model we wait for one, and messages get 451."""
        log.warning("worker %d is replaced", child.pid)
        self.replaced += 1
        delay = 0.1
        while True:
            try:
                await self._end(child)
                return await self._add()
            except StartError as error:
                log.error("cannot start a worker: %s", error)
            except Exception:  # nobody else would ever fill this place
                log.exception("cannot start a worker")
            await asyncio.sleep(delay)
            delay = min(30.0, delay * 2)
