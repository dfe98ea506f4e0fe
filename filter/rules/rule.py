"""What a rule is: a row with a symbol, its points and a pure function of the message."""

from collections.abc import Callable
from dataclasses import dataclass

from filter.envelope import Envelope
from filter.message import Message

Check = Callable[[Message, Envelope], str | None]
"""Returns the detail that a person wants to see if the fact is true, else None."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One heuristic. `points` are hand-set until evidence weighs them; `meaning` is one line for people."""

    symbol: str
    group: str
    points: float
    meaning: str
    check: Check
