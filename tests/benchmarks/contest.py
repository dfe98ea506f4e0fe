"""Who takes part, and the rounds: in each of them every contestant judges all messages, one after another."""

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tests.benchmarks.corpus import Mail

Costs = Mapping[str, Sequence[float]]
"""CPU seconds of each message, by row of the table; nan for a message that the contestant left out."""


class Contestant(Protocol):
    """What is measured in turn with others."""

    def costs(self, mail: Sequence[Mail]) -> Costs:
        """Judge all messages once."""


@dataclass(slots=True)
class Row:
    """CPU seconds of each message, round by round."""

    rounds: list[Sequence[float]] = field(default_factory=list)

    def means(self) -> list[float]:
        """Seconds per message, of each round."""
        return [statistics.mean(known(one)) for one in self.rounds]

    @property
    def median(self) -> float:
        """Seconds per message: the round in the middle."""
        return statistics.median(self.means())

    @property
    def spread(self) -> float:
        """From the cheapest to the dearest round, as a part of the one in the middle."""
        means = self.means()
        return (max(means) - min(means)) / self.median if self.median else 0.0

    def by_message(self) -> list[float]:
        """Seconds of each message: its round in the middle."""
        return [statistics.median(costs) for costs in zip(*self.rounds, strict=True)]

    def ratio(self, other: "Row") -> float:
        """How many times `other` this costs, on the messages that both judged: the round in the middle."""
        return statistics.median(_ratio(*pair) for pair in zip(self.rounds, other.rounds, strict=True))


def known(costs: Iterable[float]) -> list[float]:
    """Without the messages that were left out."""
    return [cost for cost in costs if not math.isnan(cost)]


def _ratio(mine: Sequence[float], theirs: Sequence[float]) -> float:
    both = [pair for pair in zip(mine, theirs, strict=True) if not any(map(math.isnan, pair))]
    return sum(one for one, _ in both) / max(1e-12, sum(other for _, other in both))


def hold(
    contestants: Iterable[Contestant],
    mail: Sequence[Mail],
    rounds: int,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Row]:
    """One round that does not count, for caches, and `rounds` that do."""
    rows: dict[str, Row] = {}
    contestants = list(contestants)
    for number in range(rounds + 1):
        tell(f"round {number} of {rounds}")
        for contestant in contestants:
            for name, costs in contestant.costs(mail).items():
                row = rows.setdefault(name, Row())
                if number:
                    row.rounds.append(costs)
    return rows
