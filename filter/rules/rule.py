"""What a rule is: a row with a symbol, its points and a pure function of the evidence."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from filter.rules.evidence import Evidence

Check = Callable[[Evidence], str | None]
"""Returns the detail that a person wants to see if the fact is true, else None."""


class Speaks(StrEnum):
    """Which way a rule's points may go when evidence weighs them."""

    SPAM = "spam"
    HAM = "ham"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Rule:
    """One heuristic. `points` are its prior, hand-set until a fit weighs them; `meaning` is one line for people."""

    symbol: str
    group: str
    points: float
    meaning: str
    check: Check
    speaks: Speaks = Speaks.SPAM
    needs: str = ""
    """The attribute of `Evidence` that must not be empty for the fact to be true: most mail lacks most of them."""
