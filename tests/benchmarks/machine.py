"""What runs where, and what it costs: cores, CPU time and memory of processes, as Linux tells them in /proc."""

import contextlib
import os
import platform
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filter import kernel

MEASURED, LOADING = (min(os.sched_getaffinity(0)), max(os.sched_getaffinity(0)))
"""The core of all that is measured, and that of whoever sends it work. The same one where there is one only."""


def program(name: str) -> str | None:
    """Where a program is; those of servers lie where only root looks."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextlib.contextmanager
def on(core: int) -> Iterator[None]:
    """Run on `core` alone. Processes that are started meanwhile stay there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu(pids: Iterable[int]) -> float:
    """CPU seconds that these processes have used, user and system, all threads. To the nanosecond while they wait."""
    return sum(_task_ns(task) for pid in pids for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9


def _task_ns(task: Path) -> int:
    """Nanoseconds on a core (Documentation/scheduler/sched-stats.rst of Linux); 0 for a thread that just ended."""
    try:
        return int((task / "schedstat").read_text().split()[0])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def children(pid: int) -> list[int]:
    """The processes that `pid` started and that still run."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def until(process: "subprocess.Popen[Any]", ready: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for a program that tells nobody when it is ready. Raises TimeoutError, and ChildProcessError if it ended."""
    limit = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise ChildProcessError(f"it ended with exit code {process.returncode}")
        if time.monotonic() > limit:
            raise TimeoutError(f"it was not ready within {seconds:g} seconds")
        time.sleep(0.05)


def as_nobody() -> list[str]:
    """The option for programs that will not be root; others than root need none."""
    return [] if os.geteuid() else ["-u", "nobody"]


def describe() -> str:
    """One line on the machine and what else is on it."""
    names = [
        row.partition(":")[2].strip() for row in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in row
    ]
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "selectolax", "google-re2"))
    load = "/".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{os.cpu_count()} cores of {names[0] if names else platform.machine()}, Linux {platform.release()}, "
        f"Python {platform.python_version()}, {kernel.IN_USE} kernel, {libraries}; load {load} at the start"
    )
