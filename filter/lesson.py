"""What a person, or a program for them, says about a message: it is ham, it is spam, or nothing any more."""

from dataclasses import dataclass
from typing import Literal

Label = Literal["ham", "spam"]
Done = Literal["learned", "known", "relabelled", "forgotten", "unknown"]
"""What became of a lesson. known: it had this label already; unknown: what was to be forgotten was never learned."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A label for a message; None: forget what was learned of it."""

    label: Label | None
    who: str
    """Who says so, for the journal: 64 characters of it are kept."""
    change: bool = True
    """Whether it may change a label that somebody gave before."""


class LessonError(Exception):
    """Nothing was learned. The text, a line without a full stop, says why and what to do."""
