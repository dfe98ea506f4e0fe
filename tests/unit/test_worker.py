"""The child's side of the socket: frames in, JSON out."""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from filter.envelope import Envelope
from filter.scan import Scanner
from filter.tasks import Scan, to_json, verdict_to_json
from filter.worker import ANSWER, READ, REQUEST

pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[2]
ENVELOPE = Envelope(b"s@x.test", (b"a@y.test", b"\xff@y.test"), "192.0.2.1", b"helo")


class Parent:
    """What the pool is to a worker, by hand and without asyncio."""

    def __init__(self, scanner: str, seconds: float = 0.3) -> None:
        self.channel, theirs = socket.socketpair()
        self.channel.settimeout(10)
        factory = f"tests.faults.scanners:{scanner}" if scanner != "Real" else "filter.scan:Scanner"
        words = [str(theirs.fileno()), factory, str(seconds), str(1 << 30)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with theirs:
            command = [sys.executable, "-P", "-m", "filter.worker", *words]
            self.process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], env=environment, stderr=subprocess.PIPE
            )

    def answer(self) -> Any:
        (length,) = ANSWER.unpack(self.channel.recv(ANSWER.size, socket.MSG_WAITALL))
        return json.loads(self.channel.recv(length, socket.MSG_WAITALL))

    def ask(self, raw: bytes, by_file: bool = False) -> Any:
        meta = to_json(Scan(ENVELOPE))
        head = REQUEST.pack(len(meta), len(raw), by_file)
        if not by_file:
            self.channel.sendall(head + meta + raw)
            return self.answer()
        with tempfile.TemporaryFile() as file:
            file.write(raw)
            file.flush()
            socket.send_fds(self.channel, [head], [file.fileno()])
            self.channel.sendall(meta)
            answer = self.answer()
            assert file.tell() == len(raw)  # the position, which both share, has not moved
        return answer


@pytest.fixture
def worker(request: pytest.FixtureRequest) -> Iterator[Parent]:
    parent = Parent(request.param, seconds=10.0 if request.param == "Real" else 0.3)
    yield parent
    parent.channel.close()
    try:
        parent.process.wait(5)
    finally:
        parent.process.kill()
        parent.process.communicate()


def on(*scanners: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("worker", scanners, indirect=True)


@on("Fair")
def test_message_inline_and_by_descriptor(worker: Parent) -> None:
    assert worker.answer() == {"ready": worker.process.pid, "model": "fair"}
    for raw in (b"", b"hello", b"x" * 500_000):
        expected = {"hits": [["HAM", -7.318, f"{len(raw)} b's@x.test' 2"], ["SILENT", 0.0, ""]], "model": "fair"}
        assert worker.ask(raw) == expected
        assert worker.ask(raw, by_file=True) == expected


@on("Fair")
def test_worker_ends_when_the_parent_is_gone(worker: Parent) -> None:
    worker.answer()
    worker.process.terminate()  # ignored: the parent finishes messages first
    assert "hits" in worker.ask(b"x")
    worker.channel.close()
    assert worker.process.wait(5) == 0


@pytest.mark.parametrize("asked", [b"", b"half", b"whole"], ids=["before it is ready", "asking", "waiting"])
@on("Slow")
def test_worker_whose_parent_is_gone_in_the_midst_ends_without_a_word(worker: Parent, asked: bytes) -> None:
    if asked:
        worker.answer()
        meta = to_json(Scan(ENVELOPE))
        worker.channel.sendall((REQUEST.pack(len(meta), 5, False) + meta + asked)[: -1 if asked == b"half" else None])
    worker.channel.close()
    _, said = worker.process.communicate(timeout=10)
    assert (said, worker.process.returncode) == (b"", 0)


@pytest.mark.parametrize(
    ("worker", "error"),
    [("Raises", "ValueError"), ("Recurses", "RecursionError"), ("Eats", "MemoryError"), ("Hangs", "TimeoutError")],
    indirect=["worker"],
)
def test_whatever_the_scanner_does_the_worker_says_so_and_goes_on(worker: Parent, error: str) -> None:
    worker.answer()
    assert worker.ask(b"x") == {"error": error}
    assert worker.ask(b"y") == {"error": error}
    assert worker.process.poll() is None


@pytest.mark.slow
@on("Burns")
def test_loop_that_hears_no_clock_is_ended_by_the_system(worker: Parent) -> None:
    """A parent that was killed could not do it: the worker would burn a core for ever."""
    worker.answer()
    with pytest.raises((ConnectionResetError, struct.error)):  # no answer
        worker.ask(b"x")
    assert worker.process.wait(5) == -signal.SIGXCPU


@on("Real")
def test_of_a_long_message_only_what_the_parser_sees_is_read(worker: Parent) -> None:
    """The verdict is that on the whole message, which takes the worker's memory only up to `READ`."""
    worker.answer()
    raw = b"Subject: x\r\n\r\n" + b"casino winner\r\n" * (READ // 15 * 2 + 10)
    answer = worker.ask(raw, by_file=True)
    assert len(raw) > READ
    scanner = Scanner.load()
    assert answer == {**verdict_to_json(scanner.scan(raw, ENVELOPE)), "model": scanner.version}


@on("NoModel")
def test_model_that_does_not_load_is_told(worker: Parent) -> None:
    assert worker.answer() == {"error": "model /x/card.json is damaged"}
    assert worker.process.wait(5) == 0
