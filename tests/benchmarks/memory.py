"""Memory of the servers: PSS, where a page that several processes share is counted once over all of them."""

from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.doors import pids, server
from tests.benchmarks.machine import pss


def of(pids: Sequence[int]) -> float:
    """MiB of these processes together."""
    return sum(map(pss, pids))


def idle(folder: Path) -> dict[str, float]:
    """MiB of our server with one worker before its first message, and what each of two further workers adds."""
    taken = []
    for workers in (1, 3):
        with server(folder / f"workers-{workers}", workers=workers) as gate:
            taken.append(of(pids(gate)))
    return {"server idle, one worker": taken[0], "each further worker": (taken[1] - taken[0]) / 2}
