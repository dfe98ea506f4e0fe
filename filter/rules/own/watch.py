"""Rules that are read again when an operator's files change. A version with errors is not taken; the old one stays."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic

from filter.envelope import Envelope
from filter.message import Message
from filter.rules.own.reader import read
from filter.rules.ruleset import RuleSet
from filter.tomlfile.errors import TomlFileError
from filter.tomlfile.files import Files
from filter.verdict import Hit

log = logging.getLogger("hamgate.rules")

PAUSE = 1.0
"""Seconds between two looks at the files."""


class WatchedRules:
    """The shipped rules with those of the file at `path`; `points` are fitted ones. Raises TomlFileError."""

    def __init__(
        self, path: Path, points: Mapping[str, float] | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._path = path
        self._points = points
        self._clock = clock
        self._files = Files()
        self._rules = RuleSet(points, own=read(path, self._files))
        self._next = clock() + PAUSE

    def judge(
        self, message: Message, envelope: Envelope, model_hits: Sequence[Hit], *, thorough: bool = False
    ) -> list[Hit]:
        """As `RuleSet.judge`, by the newest rules without errors."""
        if self._clock() >= self._next:
            self._look()
        return self._rules.judge(message, envelope, model_hits, thorough=thorough)

    def _look(self) -> None:
        self._next = self._clock() + PAUSE
        if not self._files.changed():
            return
        # Kept even if reading fails or is broken off: what was seen once is not read for every message again.
        self._files = Files()
        try:
            self._rules = RuleSet(self._points, own=read(self._path, self._files))
        except (TomlFileError, MemoryError) as error:
            log.error("changed rules are not taken, the old ones stay: %s", error or "out of memory")
        except TimeoutError:
            log.error("changed rules are not taken, the old ones stay: reading %s took too long", self._path)
            raise
        else:
            log.info("rules read again from %s", self._path)
