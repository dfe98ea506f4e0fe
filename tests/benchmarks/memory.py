"""Memory of the servers, without counting twice what their processes share."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.doors import pids, server

_MAPPING = re.compile(r"[0-9a-f]+-[0-9a-f]+ ")


class Memory(NamedTuple):
    """MiB of a server's processes."""

    pss: float
    """Where a page that n processes have counts 1/n for each: less when strangers have loaded the same libraries."""
    whole: float
    """Each page once, whoever else has it."""


def of(group: Sequence[int]) -> Memory:
    """What these processes take together (smaps, proc_pid_smaps(5))."""
    shared: Counter[str] = Counter()
    rest = Counter[str]()
    for pid in group:
        mine, found = _read(Path(f"/proc/{pid}/smaps").read_text())
        shared |= mine  # what two of them share is the same
        rest += found
    return Memory(rest["Pss:"] / 1024, (rest["Private_Clean:"] + rest["Private_Dirty:"] + shared.total()) / 1024)


def _read(smaps: str) -> tuple[Counter[str], Counter[str]]:
    """KiB shared of each mapping, by place in a file or in memory, and the sums of all kinds."""
    shared, sums, place = Counter[str](), Counter[str](), ""
    for row in smaps.splitlines():
        name, *words = row.split()
        if _MAPPING.match(row):
            _, offset, device, inode, *_ = words
            place = name if inode == "0" else f"{device} {inode} {offset}"
        elif words[1:] == ["kB"]:
            sums[name] += int(words[0])
            if name in ("Shared_Clean:", "Shared_Dirty:"):
                shared[place] += int(words[0])
    return shared, sums


def idle(folder: Path) -> dict[str, Memory]:
    """Our server with one worker before its first message, and what each of two further workers adds."""
    taken = []
    for workers in (1, 3):
        with server(folder / f"workers-{workers}", workers=workers) as gate:
            taken.append(of(pids(gate)))
    more = Memory(*((many - one) / 2 for one, many in zip(*taken, strict=True)))
    return {"server idle, one worker": taken[0], "each further worker": more}
