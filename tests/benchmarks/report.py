"""What a run found, as values: kept as JSON, shown by `table` and `plot`."""

import dataclasses
import json
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.contest import Row
from tests.benchmarks.corpus import Corpus
from tests.benchmarks.memory import Memory

LEAST = 3
"""Messages that a point of the plot needs."""


@dataclass(frozen=True, slots=True)
class Figure:
    """CPU milliseconds of a message; `spread` of rounds as a part of it; `ratio` to the whole score, if comparable."""

    ms: float
    spread: float
    ratio: float | None
    rounds: list[float]


@dataclass(frozen=True, slots=True)
class Part:
    """A contest: figures by row. `sizes`: points (octets, ms) of each row for the plot."""

    title: str
    messages: int
    kilobytes: float
    figures: dict[str, Figure]
    sizes: dict[str, list[tuple[float, float]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run. `absent`: who could not take part, and why; `notes`: what was done once."""

    machine: str
    rounds: int
    parts: list[Part]
    memory: dict[str, Memory]
    absent: dict[str, str]
    notes: list[str]

    def write(self, file: Path) -> None:
        """As JSON."""
        file.write_text(json.dumps(dataclasses.asdict(self), indent=1) + "\n")


def part(title: str, rows: Mapping[str, Row], base: str, corpus: Corpus | None = None) -> Part:
    """Figures of a contest; ratios to the row `base`. The points by size need the `corpus`."""
    figures = {name: _figure(row, rows[base]) for name, row in rows.items()}
    if corpus is None:
        return Part(title, 0, 0.0, figures)
    octets = [len(mail.raw) for mail in corpus.measured]
    sizes = {name: by_size(octets, row.by_message()) for name, row in rows.items()}
    return Part(title, len(octets), corpus.kilobytes, figures, sizes)


def _figure(row: Row, base: Row) -> Figure:
    return Figure(1000 * row.median, row.spread, row.ratio(base), [1000 * one for one in row.means()])


def by_size(octets: Sequence[int], costs: Sequence[float]) -> list[tuple[float, float]]:
    """Median size and median cost (ms) of the messages between two powers of two, where there are `LEAST`."""
    bins: dict[int, list[tuple[int, float]]] = {}
    for size, cost in zip(octets, costs, strict=True):
        if not math.isnan(cost):
            bins.setdefault(size.bit_length(), []).append((size, cost))
    return [
        (statistics.median(size for size, _ in found), 1000 * statistics.median(cost for _, cost in found))
        for _, found in sorted(bins.items())
        if len(found) >= LEAST
    ]
