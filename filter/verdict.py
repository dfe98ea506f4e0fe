"""What we think of a message: hits that add up to a score, and the score as a probability."""

import math
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import NamedTuple

POINTS_PER_LOGIT = 5.0 / math.log(9.0)
"""Points are log-odds on a scale where 5 points are 90 % (see README, "How to read the score")."""


HAM_AT, SPAM_AT = -5.0, 5.0
"""Between these points a message is unsure."""


def probability(points: float) -> float:
    """Turn `points` into the probability of spam, 0 to 1."""
    logit = max(-700.0, min(700.0, points / POINTS_PER_LOGIT))
    return 1.0 / (1.0 + math.exp(-logit))


@lru_cache(256)
def two_decimals(points: float) -> str:
    """Print points rounded down, so that a printed score reaches a threshold only if the score does."""
    return str(Decimal(repr(points + 0.0)).quantize(Decimal("0.01"), ROUND_FLOOR))


class Clue(NamedTuple):
    """One token behind a hit and the points it brought."""

    token: str
    points: float


class Hit(NamedTuple):
    """A fact that was true of the message: its symbol, what it counts, and the detail a person wants to see."""

    symbol: str
    points: float
    detail: str = ""
    clues: tuple[Clue, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """All hits of one message. The score is their sum, nothing else."""

    hits: tuple[Hit, ...]
    model: str = field(default="", compare=False)
    """Version of the model that judged; empty if that is not told."""
    score: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "score", math.fsum([hit.points for hit in self.hits]))

    @property
    def probability(self) -> float:
        """Probability of spam, 0 to 1."""
        return probability(self.score)

    @property
    def label(self) -> str:
        """`ham` up to -5 points, `spam` from 5 points, `unsure` between."""
        if self.score >= SPAM_AT:
            return "spam"
        return "ham" if self.score <= HAM_AT else "unsure"
