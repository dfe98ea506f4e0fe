"""The child process that reads hostile mail: bounded memory, bounded time, and nothing but JSON to the parent.

It is started by `filter.child` as `python -m filter.worker SOCKET FACTORY SECONDS MEMORY [MODEL [RULES]]`, where an
empty word stands for none, and ends when the parent's end of the socket closes. A request is a frame of two lengths,
the task as JSON (`filter.tasks`), and the message: inline, or as a file descriptor that came with the first octet. An
answer is a length and JSON.
"""

import importlib
import json
import math
import os
import resource
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any, Protocol, Self, runtime_checkable

from filter.envelope import Envelope
from filter.lesson import Lesson, LessonError
from filter.limits import Limits
from filter.tasks import Scan, Task, from_json, verdict_to_json
from filter.verdict import Verdict

REQUEST = struct.Struct("!II?")  # octets of the task, octets of the message, message comes as a descriptor
ANSWER = struct.Struct("!I")
AT_ONCE = 64 * 1024
"""Octets of a request that are read in one go; most messages are shorter."""
READ = Limits().message
"""Octets that are read of a message in a file: the parser looks at no more."""


class Scanner(Protocol):
    """What judges: `filter.scan.Scanner`, or a test's own."""

    @classmethod
    def load(cls, model: Path | None, rules: Path | None) -> Self:
        """Load the model (or state) in the folder `model`, or the shipped one, and the operator's file `rules`."""

    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        """Judge one message."""

    @property
    def version(self) -> str:
        """The version of the model that judges."""


@runtime_checkable
class Pupil(Protocol):
    """A scanner that can learn, too."""

    def teach(self, raw: bytes, lesson: Lesson) -> str:
        """Learn or forget one message; returns what was done (`filter.lesson.Done`). Raises LessonError."""


class Worker:
    """Answers one request after the other."""

    def __init__(self, channel: socket.socket, scanner: Scanner, seconds: float) -> None:
        self._channel = channel
        self._scanner = scanner
        self._seconds = seconds
        self._limit = 0

    def run(self) -> None:
        """Serve until the parent closes its end."""
        while (request := self._request()) is not None:
            answer(self._channel, self._work(*request))

    def _request(self) -> tuple[bytes, Task] | None:
        """Read a request, all that is there in one go: the parent sends the next one only after our answer."""
        octets, files, _, _ = socket.recv_fds(self._channel, AT_ONCE, 1)
        if not octets:
            return None
        octets = self._filled(octets, REQUEST.size)
        meta, size, by_file = REQUEST.unpack_from(octets)
        start = REQUEST.size + meta
        octets = self._filled(octets, start if by_file else start + size)
        task = from_json(octets[REQUEST.size : start])
        if not by_file:
            return octets[start:], task
        try:
            return _content(files[0], min(size, READ)), _of_size(task, size)
        finally:
            os.close(files[0])

    def _filled(self, octets: bytes, count: int) -> bytes:
        if len(octets) == count:
            return octets
        parts, missing = [octets], count - len(octets)
        while missing > 0:
            part = self._channel.recv(missing)
            if not part:
                raise EOFError("the parent is gone")
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _work(self, raw: bytes, task: Task) -> dict[str, Any]:
        """Whatever happens, say so: RecursionError and MemoryError are what hostile mail tries for."""
        self._limit_cpu()
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        try:
            return self._taught(raw, task) if isinstance(task, Lesson) else self._judged(raw, task)
        except Exception as error:  # the parent answers 451
            return {"error": type(error).__name__}
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _limit_cpu(self) -> None:
        """Let the system end us (SIGXCPU) in a loop of C code that no clock of Python's breaks, even without a parent.

        The limit counts whole seconds: it is only said again when it is another one.
        """
        wanted = math.ceil(time.process_time() + self._seconds) + 1
        if wanted != self._limit:
            _, most = resource.getrlimit(resource.RLIMIT_CPU)
            limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
            resource.setrlimit(resource.RLIMIT_CPU, (limit, most))
            self._limit = wanted

    def _judged(self, raw: bytes, task: Scan) -> dict[str, Any]:
        verdict = self._scanner.scan(raw, task.envelope, task.clues)
        return {**verdict_to_json(verdict), "model": self._scanner.version}

    def _taught(self, raw: bytes, lesson: Lesson) -> dict[str, Any]:
        if not isinstance(self._scanner, Pupil):
            return {"refused": "this scanner cannot learn"}
        try:
            return {"done": self._scanner.teach(raw, lesson)}
        except LessonError as error:
            return {"refused": str(error)}


def _of_size(task: Task, size: int) -> Task:
    return replace(task, envelope=replace(task.envelope, size=size)) if isinstance(task, Scan) else task


def _content(descriptor: int, size: int) -> bytes:
    """Read without moving the position, which the parent shares."""
    parts, position = [], 0
    while position < size and (part := os.pread(descriptor, size - position, position)):
        parts.append(part)
        position += len(part)
    return b"".join(parts)


def answer(channel: socket.socket, content: dict[str, Any]) -> None:
    """Send one answer."""
    text = json.dumps(content).encode("ascii")
    channel.sendall(ANSWER.pack(len(text)) + text)


def _ring(_: int, __: FrameType | None) -> None:
    raise TimeoutError


def _bound(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no mail on disk in a core file
    with suppress(OSError):  # when the machine runs out of memory, we go before the server
        Path("/proc/self/oom_score_adj").write_text("500")
    signal.signal(signal.SIGALRM, _ring)
    for number in (signal.SIGINT, signal.SIGTERM):  # for the parent, who finishes messages first
        signal.signal(number, signal.SIG_IGN)


def scanner_class(name: str) -> type[Scanner]:
    """Find `module:Class`."""
    module, _, attribute = name.partition(":")
    found: type[Scanner] = getattr(importlib.import_module(module), attribute)
    return found


def main(arguments: list[str]) -> None:
    """Load the model, say that we are ready (or why not), and serve."""
    descriptor, factory, seconds, memory, *paths = arguments
    model, rules = (Path(path) if path else None for path in (*paths, "", "")[:2])
    _bound(int(memory))
    with socket.socket(fileno=int(descriptor)) as channel, suppress(ConnectionError, EOFError):  # the parent is gone
        try:
            scanner = scanner_class(factory).load(model, rules)
        except Exception as error:  # the parent shows it and ends
            answer(channel, {"error": str(error) or type(error).__name__})
            return
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))  # whatever a message makes of us starts no program
        answer(channel, {"ready": os.getpid(), "model": scanner.version})
        Worker(channel, scanner, float(seconds)).run()


if __name__ == "__main__":
    main(sys.argv[1:])
