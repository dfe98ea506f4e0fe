"""What the milter costs: CPU per message beside the score alone, and Postfix with it and without.

Call: python -m tests.benchmarks.milter cpu FOLDER... (mail, one message a file), or: ... rate (as root). Rounds of all
ways take turns, so that other work on the machine is shared out among them.
"""

import asyncio
import contextlib
import io
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from filter.child import PoolSettings
from filter.envelope import Envelope
from filter.milter.client import said
from filter.milter.frames import FrameReader, frame
from filter.milter.mta import Letter
from filter.milter.negotiation import offer
from filter.pool import WorkerPool
from filter.scan import Scanner
from tests.commands import COMMAND
from tests.conftest import ROOT
from tests.e2e.postfix import Postfix, program

ROUND = 200
RATE_ROUNDS, RATE_MESSAGES, RATE_SESSIONS = 4, 400, 10
OFFER = offer(6, 0x1FF, 0x1FFFFF)  # as Postfix
QUIT = frame(b"Q")
ENVELOPE = Envelope(b"s@x.test", (b"r@y.test",), "192.0.2.7", b"client.test")
AGREED = frozenset((b"O",))
FINAL = frozenset((b"a", b"c", b"t", b"r", b"y"))
SETTINGS = """
[milters.socket]
address = "unix:{path}"
socket_mode = "0666"

[workers]
count = {workers}
"""
SERVICES = """
127.0.0.1:{front} inet n - n - - smtpd
127.0.0.1:{back} inet n - n - - smtpd
  -o smtpd_milters=unix:@SOCKET@
"""
Spoken = tuple[bytes, bytes]
"""What is said of the client, and what of the message."""


@contextlib.contextmanager
def served(folder: Path, workers: int) -> Iterator[int]:
    """`hamgate serve` with a milter at `folder`/socket; its process id."""
    file = folder / "hamgate.toml"
    file.write_text(SETTINGS.format(path=folder / "socket", workers=workers))
    words = [COMMAND, "serve", "--config", str(file)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    try:
        if process.stdout is None or "listens on" not in process.stdout.readline():
            raise AssertionError((folder / "log").read_text())
        yield process.pid
    finally:
        process.terminate()
        process.communicate()


def spent(pid: int) -> float:
    """CPU seconds of a process and its children so far."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(int(Path(f"/proc/{one}/schedstat").read_text().split()[0]) for one in (str(pid), *children)) / 1e9


class Mta:
    """One connection, as a mail server holds it."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._reader = FrameReader()
        self._say(OFFER, AGREED)

    def _say(self, octets: bytes, answers: frozenset[bytes]) -> None:
        self._socket.sendall(octets)
        while (found := self._reader.take()) is None or found[0] not in answers:
            if found is None:
                self._reader.feed(self._socket.recv(65536))

    def judge(self, octets: bytes) -> None:
        """Hand a message over and wait for the answer."""
        self._say(octets, FINAL)

    def leave(self) -> None:
        self._socket.sendall(QUIT)
        self._socket.close()


def spoken(raw: bytes) -> Spoken:
    frames = [frame(*one) for one in said(Letter(raw), ENVELOPE)]
    return b"".join(frames[:3]), b"".join(frames[3:])


def on_one_connection(mta: Mta, messages: list[Spoken]) -> None:
    for _, message in messages:
        mta.judge(message)


def on_a_connection_each(path: str, messages: list[Spoken]) -> None:
    for client, message in messages:
        mta = Mta(path)
        mta.judge(client + message)
        mta.leave()


async def through_workers(pool: WorkerPool, batch: list[bytes]) -> None:
    for raw in batch:
        await pool.scan(io.BytesIO(raw), len(raw), ENVELOPE)


def cost(work: Callable[[], object], clock: Callable[[], float]) -> float:
    before = clock()
    work()
    return clock() - before


def cpu(folders: Sequence[str]) -> None:
    """CPU ms a message of all processes of a server: the score in one process, workers without a door, the milter."""
    files = sorted(path for folder in folders for path in Path(folder).iterdir())
    scanner = Scanner.load()
    costs: dict[str, list[float]] = {}
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory() as name, served(Path(name), 1) as server:
        pool = runner.run(WorkerPool(PoolSettings(count=1)).__aenter__())
        path, mta = f"{name}/socket", Mta(f"{name}/socket")

        def theirs() -> float:
            return spent(server)

        def ours() -> float:  # the scanner in this process costs nothing while it waits for the worker
            return time.process_time() + spent(pool.pids[0])

        for start in range(0, len(files), ROUND):
            batch = [one.read_bytes() for one in files[start : start + ROUND]]
            messages = [spoken(raw) for raw in batch]
            row = {
                "score alone": cost(lambda: [scanner.scan(raw, ENVELOPE) for raw in batch], time.process_time),  # noqa: B023
                "in a worker, no door": cost(lambda: runner.run(through_workers(pool, batch)), ours),  # noqa: B023
                "milter, one connection": cost(lambda: on_one_connection(mta, messages), theirs),  # noqa: B023
                "milter, a connection each": cost(lambda: on_a_connection_each(path, messages), theirs),  # noqa: B023
            }
            for way, seconds in row.items():
                costs.setdefault(way, []).append(1000 * seconds / len(batch))
        mta.leave()
        runner.run(pool.__aexit__())
    means = {way: statistics.mean(each) for way, each in costs.items()}
    print("| way | CPU ms | over the score | over the worker |\n|---|---|---|---|")
    for way, mean in means.items():
        over = mean - means["score alone"], mean - means["in a worker, no door"]
        print(f"| {way} | {mean:.3f} | {over[0]:+.3f} | {over[1]:+.3f} |")


def source(port: int) -> float:
    """Seconds in which Postfix takes `RATE_MESSAGES` of 5 KB, one on a connection."""
    words = ["-s", str(RATE_SESSIONS), "-m", str(RATE_MESSAGES), "-l", "5000", "-f", "s@x.test", "-t", "r@proxied.test"]
    begin = time.monotonic()
    subprocess.run([program("smtp-source") or "", *words, f"127.0.0.1:{port}"], check=True, timeout=300)
    return time.monotonic() - begin


def family(pid: int) -> float:
    """CPU seconds of a process, of its children that live, and of those that have ended."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ended = (int(after_name[13]) + int(after_name[14])) / os.sysconf("SC_CLK_TCK")  # proc(5): cutime, cstime
    return spent(pid) + ended


def rate() -> None:
    """Messages a second that Postfix takes from smtp-source, in turns without our milter and with it, and CPU of both.

    Where the machine has other work, the CPU says more: with it at most `without / (with + hamgate)` of the rate is
    left when all cores are busy.
    """
    rates: dict[str, list[float]] = {"front": [], "back": []}
    costs: dict[str, list[tuple[float, float]]] = {"front": [], "back": []}
    with tempfile.TemporaryDirectory(prefix="hamgate-rate-") as name, served(Path(name), 2) as server:
        Path(name).chmod(0o755)
        with Postfix(SERVICES.replace("@SOCKET@", f"{name}/socket")) as postfix:
            master = int((postfix.root / "queue/pid/master.pid").read_text())
            for way in ("front", "back") * RATE_ROUNDS:
                before = family(master), spent(server)
                rates[way].append(RATE_MESSAGES / source(postfix.ports[way]))
                postfix.wait_until_idle()
                after = family(master), spent(server)
                costs[way].append(((after[0] - before[0]), (after[1] - before[1])))
    print("| | messages a second | Postfix, CPU ms a message | hamgate, CPU ms a message |\n|---|---|---|---|")
    for way, title in (("front", "without"), ("back", "with")):
        theirs, ours = (1000 * statistics.median(each) / RATE_MESSAGES for each in zip(*costs[way], strict=True))
        print(f"| {title} | {statistics.median(rates[way]):.0f} | {theirs:.2f} | {ours:.2f} |")


if __name__ == "__main__":
    if sys.argv[1] == "rate":
        rate()
    else:
        cpu(sys.argv[2:])
