"""CPU a message of the whole proxy: smtp-source -> hamgate -> smtp-sink, each message in a connection of its own.

Call: python -m tests.benchmarks.proxy [--messages 1000] [--rounds 5] [--sessions 4] [TREE ...]. A TREE is a folder
with the code of hamgate, this one if none is named; all take turns, round by round, so that before and after can be
compared. One that can let sessions with the relay serve the next client is measured without and with that. smtp-source
and smtp-sink are of Debian's postfix. CPU times are those of /proc (user and system) of the server and of its workers;
what smtp-source and smtp-sink need is not in them.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.timed import SUM, seconds

ROOT = Path(__file__).parents[2]
OCTETS = 5120
TICK = os.sysconf("SC_CLK_TCK")
SCANNERS = {"a scanner that answers at once": "tests.faults.scanners:Fair", "the scanner of hamgate": "timed:Timed"}
SERVER = """
import dataclasses, sys
from functools import partial
from filter.shared_counts import shared_counts
relay, factory, processes, reuse = sys.argv[1:]
with shared_counts(int(processes)):
    from filter import logs
    from filter.launch import launch
    from filter.serving import run
    from tests.settings import small
    settings = dataclasses.replace(small(relay), processes=int(processes))
    if float(reuse):
        kept = dataclasses.replace(settings.relays["relay"], reuse=float(reuse))
        settings = dataclasses.replace(settings, relays={"relay": kept})
    logs.configure(settings.log)
    greet = lambda service: print(service.doors["inbound"].bound.port, flush=True)
    sys.exit(launch(settings, greet, run=partial(run, factory=factory)))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds a message."""

    server: float
    worker: float
    scan: float
    """Of the worker's."""

    @property
    def whole(self) -> float:
        return self.server + self.worker

    @property
    def around(self) -> float:
        """All but the scan."""
        return self.whole - self.scan


@dataclass(frozen=True, slots=True)
class Contestant:
    """Which code is measured, and how."""

    tree: Path
    reuse: float = 0.0
    """Seconds that a session with the relay waits for the next client (`relays.*.reuse`)."""

    def __str__(self) -> str:
        return f"{self.tree.name}{', sessions reused' if self.reuse else ''}"


def contestants(trees: list[Path]) -> list[Contestant]:
    """Each tree, and once more with sessions reused if it can do that."""
    return [
        Contestant(tree.resolve(), reuse)
        for tree in trees
        for reuse in ((0.0, 2.0) if (tree / "filter/smtp/reuse.py").exists() else (0.0,))
    ]


@dataclass(frozen=True, slots=True)
class Server:
    """A running hamgate."""

    pid: int
    port: int
    sums: Path

    def groups(self) -> list[tuple[float, float]]:
        """CPU seconds of each server process and of its workers."""
        children = _children(self.pid)
        several = any(_children(child) for child in children)
        return [(_seconds(pid), sum(map(_seconds, _children(pid)))) for pid in (children if several else [self.pid])]

    def used(self) -> tuple[float, float, float]:
        """CPU seconds of the server processes, of all workers, and of their scans."""
        groups = self.groups()
        return sum(one for one, _ in groups), sum(workers for _, workers in groups), seconds(self.sums)


def _children(pid: int) -> list[int]:
    return [
        int(word) for task in Path(f"/proc/{pid}/task").iterdir() for word in (task / "children").read_text().split()
    ]


def _seconds(pid: int) -> float:
    """User and system time (proc(5), /proc/pid/stat: the 14th and 15th field; the second is a name in brackets)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextmanager
def ending(process: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    """Terminate `process` at the end, and wait for that."""
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def sink() -> Iterator[int]:
    """The port of a server that takes and forgets all mail."""
    port = free_port()
    user = [] if os.getuid() else ["-u", "nobody"]
    with ending(subprocess.Popen(["smtp-sink", *user, f"127.0.0.1:{port}", "1000"], text=True)):
        for _ in range(100):
            with socket.socket() as tried:
                if not tried.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.05)
        yield port


@contextmanager
def serving(one: Contestant, relay: int, factory: str, processes: int = 1) -> Iterator[Server]:
    """Run hamgate in front of the port `relay`."""
    with tempfile.TemporaryDirectory() as sums, tempfile.TemporaryFile() as log:
        environment = {**os.environ, "PYTHONPATH": f"{one.tree}:{Path(__file__).parent}", SUM: sums}
        words = [f"127.0.0.1:{relay}", factory, str(processes), str(one.reuse)]
        started = subprocess.Popen(
            [sys.executable, "-c", SERVER, *words],
            text=True, cwd=one.tree, env=environment, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
        with ending(started):
            if started.stdout is None:
                raise AssertionError("a pipe was asked for")
            yield Server(started.pid, int(started.stdout.readline()), Path(sums))


def send(port: int, messages: int, sessions: int) -> None:
    """Send `messages` of `OCTETS` octets, each in a connection of its own, `sessions` at a time."""
    words = ["-s", str(sessions), "-m", str(messages), "-l", str(OCTETS), f"127.0.0.1:{port}"]
    subprocess.run(["smtp-source", *words], check=True)


def measured(server: Server, messages: int, sessions: int) -> Cost:
    before = server.used()
    send(server.port, messages, sessions)
    return Cost(*((after - start) * 1000 / messages for start, after in zip(before, server.used(), strict=True)))


def rounds(servers: list[Server], count: int, messages: int, sessions: int) -> list[list[Cost]]:
    """The costs of each server, which take turns; a first round is not counted."""
    costs: list[list[Cost]] = [[] for _ in servers]
    for server in servers:
        send(server.port, 200, sessions)
    for _ in range(count):
        for server, found in zip(servers, costs, strict=True):
            found.append(measured(server, messages, sessions))
    return costs


def row(name: str, costs: list[Cost]) -> str:
    """The medians, and of the last one the least and the most."""
    around = [one.around for one in costs]
    middle = [statistics.median(getattr(one, part) for one in costs) for part in ("server", "worker", "scan", "whole")]
    cells = [f"{value:.3f}" for value in middle] + [
        f"{statistics.median(around):.3f} ({min(around):.3f} to {max(around):.3f})"
    ]
    return f"| {name} | {' | '.join(cells)} |"


def floor(port: int, messages: int, sessions: int) -> str:
    """What smtp-source and smtp-sink cost with nothing in between."""
    before = os.times()
    send(port, messages, sessions)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return f"smtp-source alone, straight into smtp-sink: {spent * 1000 / messages:.3f} ms a message"


def several(one: Contestant, relay: int, messages: int) -> str:
    """What the busiest of two server processes (with its workers) needs, beside what a single one does."""
    busiest = []
    for processes in (1, 2):
        with serving(one, relay, SCANNERS["the scanner of hamgate"], processes) as server:
            send(server.port, 200, 20)
            before = server.groups()
            send(server.port, messages, 20)
            spent = [sum(after) - sum(start) for start, after in zip(before, server.groups(), strict=True)]
            busiest.append(max(spent))
    return f"{busiest[0] / busiest[1]:.2f} times the messages in the CPU time of the busiest of two server processes"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trees", nargs="*", type=Path, default=[ROOT])
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sessions", type=int, default=4)
    parser.add_argument("--fair", action="store_true", help="only with a scanner that answers at once")
    asked = parser.parse_args()
    if not (shutil.which("smtp-source") and shutil.which("smtp-sink")):
        sys.exit("smtp-source and smtp-sink are not here: install Debian's postfix")
    print(f"CPU ms a message of {OCTETS} octets, medians of {asked.rounds} rounds of {asked.messages}\n")
    measured_ones = contestants(asked.trees)
    with sink() as relay:
        print(floor(relay, asked.messages, asked.sessions))
        for name, factory in list(SCANNERS.items())[: 1 if asked.fair else None]:
            print(
                f"\n| with {name} | server | worker | of it scan | whole | around the scan |\n|---|---|---|---|---|---|"
            )
            with ExitStack() as stack:
                servers = [stack.enter_context(serving(one, relay, factory)) for one in measured_ones]
                costs = rounds(servers, asked.rounds, asked.messages, asked.sessions)
            for one, found in zip(measured_ones, costs, strict=True):
                print(row(str(one), found), flush=True)
        if not asked.fair:
            print(f"\n{several(measured_ones[-1], relay, asked.messages)}")


if __name__ == "__main__":
    main()
