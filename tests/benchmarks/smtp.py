"""The whole proxy by SMTP: smtp-source, hamgate, smtp-sink, one message per connection; and both without us."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from filter.scan import Scanner
from tests.benchmarks.contest import Costs
from tests.benchmarks.corpus import Mail
from tests.benchmarks.machine import LOADING, MEASURED, as_nobody, cpu, on, program, until
from tests.benchmarks.steps import seconds
from tests.e2e.postfix import free_ports
from tests.mail import ham

PROXY, SAME, BUSIER = "proxy, whole", "score of that message", "proxy, the busier of two processes with its worker"
FLOOR, SINK = "smtp-source into smtp-sink, both", "smtp-sink alone"
SIZE = 5 * 1024
_SESSIONS = 4


def letter(size: int = SIZE) -> bytes:
    """A plain message of some `size` octets, made up."""
    head, _, body = ham(1).partition(b"\n\n")
    number = 1
    while len(head) + len(body) < size:
        number += 5  # those in between may be HTML
        body += ham(number).partition(b"\n\n")[2]
    return (head + b"\n\n" + body)[: size - 1] + b"\n"


@contextmanager
def sink() -> Iterator[tuple[int, int]]:
    """An smtp-sink on the measured core: its process id and port."""
    (port,) = free_ports(1)
    with on(MEASURED):
        process = subprocess.Popen([str(program("smtp-sink")), *as_nobody(), f"127.0.0.1:{port}", "1000"])
    try:
        until(process, lambda: _listens(port))
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(30)


def _listens(port: int) -> bool:
    try:
        with closing(socket.create_connection(("127.0.0.1", port), 5)):
            return True
    except OSError:
        return False


def send(port: int, file: Path, count: int) -> float:
    """Send the message in `file` `count` times. Returns CPU seconds of smtp-source; raises ValueError."""
    words = [str(program("smtp-source")), "-s", str(min(_SESSIONS, count)), "-m", str(count), "-F", str(file)]
    words += ["-f", "s@example.org", "-t", "r@example.net", f"127.0.0.1:{port}"]
    with on(LOADING):
        process = subprocess.Popen(words)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise ValueError(f"smtp-source: exit code {process.returncode}")
    return used.ru_utime + used.ru_stime


class Proxy:
    """Our processes while `count` messages go through them to the sink, and the score of the same message here."""

    def __init__(self, port: int, pids: Sequence[int], scanner: Scanner, file: Path, count: int) -> None:
        self._port, self._pids, self._scanner, self._file, self._count = port, pids, scanner, file, count

    def costs(self, mail: Sequence[Mail]) -> Costs:
        """One figure for a round each: the mean of its messages."""
        spent = cpu(self._pids)
        send(self._port, self._file, self._count)
        time.sleep(0.05)  # for the log's last lines
        spent = cpu(self._pids) - spent
        raw = self._file.read_bytes().replace(b"\n", b"\r\n")
        with on(MEASURED):
            scored = seconds(lambda: [self._scanner.scan(raw) for _ in range(self._count)])
        return {PROXY: [spent / self._count], SAME: [scored / self._count]}


class TwoProcesses:
    """A server of two processes. What the busier one of them spends bounds how many messages the server takes."""

    def __init__(self, port: int, processes: Sequence[Sequence[int]], file: Path, count: int) -> None:
        self._port, self._processes, self._file, self._count = port, processes, file, count

    def costs(self, mail: Sequence[Mail]) -> Costs:
        """CPU of the busier one, over the messages of both."""
        before = [cpu(pids) for pids in self._processes]
        send(self._port, self._file, self._count)
        time.sleep(0.05)
        spent = [cpu(pids) - one for pids, one in zip(self._processes, before, strict=True)]
        return {BUSIER: [max(spent) / self._count]}


class Floor:
    """What the message costs on its way from smtp-source to smtp-sink, without anything between."""

    def __init__(self, pid: int, port: int, file: Path, count: int) -> None:
        self._pid, self._port, self._file, self._count = pid, port, file, count

    def costs(self, mail: Sequence[Mail]) -> Costs:
        """The sink's CPU, and that of both."""
        before = cpu([self._pid])
        source = send(self._port, self._file, self._count)
        received = cpu([self._pid]) - before
        return {FLOOR: [(source + received) / self._count], SINK: [received / self._count]}
