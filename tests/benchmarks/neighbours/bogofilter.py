"""bogofilter in bulk mode: one process, file names in, a line for each message out."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.contest import Costs
from tests.benchmarks.corpus import Mail
from tests.benchmarks.machine import LOADING, MEASURED, cpu, on, program

NAME = "bogofilter"
VERDICTS = (0, 1, 2)
"""Exit codes for spam, ham and unsure; 3 is an error (bogofilter(1))."""


class Bogofilter:
    """A process that waits for file names; a word list of its own in `folder`."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def costs(self, mail: Sequence[Mail]) -> Costs:
        """CPU of the process between a name and its answer."""
        with on(LOADING):
            return {NAME: [self._one(one.file) for one in mail]}

    def _one(self, file: Path) -> float:
        before = cpu([self._process.pid])
        self._ask(file)
        return cpu([self._process.pid]) - before

    def _ask(self, file: Path) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{file}\n")
        self._process.stdin.flush()
        if str(file) not in self._process.stdout.readline():
            raise ValueError(f"bogofilter did not judge {file}")


@contextmanager
def running(folder: Path) -> Iterator[Bogofilter]:
    """The process, on the measured core."""
    words = ["stdbuf", "-oL", str(program("bogofilter")), "-b", "-T", "-d", str(folder)]
    with on(MEASURED):
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Bogofilter(process)
    finally:
        process.communicate()


def learn(folder: Path, ham: Sequence[Mail], spam: Sequence[Mail]) -> float:
    """Make the word list in `folder`. Returns CPU seconds."""
    folder.mkdir(exist_ok=True)
    return sum(_register(folder, flag, mail) for flag, mail in (("-n", ham), ("-s", spam)))


def _register(folder: Path, flag: str, mail: Sequence[Mail]) -> float:
    names = "".join(f"{one.file}\n" for one in mail)
    with on(MEASURED):
        process = subprocess.Popen(
            [str(program("bogofilter")), flag, "-b", "-d", str(folder)], stdin=subprocess.PIPE, text=True
        )
    assert process.stdin is not None
    process.stdin.write(names)
    process.stdin.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise ValueError(f"bogofilter {flag} failed: {process.returncode}")
    return used.ru_utime + used.ru_stime
