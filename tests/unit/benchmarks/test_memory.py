"""Memory of several processes, in which no page counts twice."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.benchmarks import memory

MUCH = 64
HOLDER = """
import mmap, sys
with open(sys.argv[1], "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
    print(sum(held[::4096]), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[list[int]]:
    """Two processes that have mapped the same file of `MUCH` MiB, and wait."""
    (tmp_path / "file").write_bytes(b"x" * (MUCH << 20))
    words = [sys.executable, "-c", HOLDER, str(tmp_path / "file")]
    with ExitStack() as stack:
        started = [
            stack.enter_context(subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            for _ in range(2)
        ]
        for process in started:
            assert process.stdout is not None
            process.stdout.readline()
        yield [process.pid for process in started]


def test_what_two_processes_share_counts_once(pair: list[int]) -> None:
    one, both = memory.of(pair[:1]), memory.of(pair)
    assert MUCH <= one.whole <= both.whole < 2 * MUCH
    assert one.pss < one.whole - MUCH / 2 + 1
    assert both.pss >= MUCH
