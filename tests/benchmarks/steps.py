"""Scoring in this process: as a whole, and step by step."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar
from unittest.mock import patch

from filter import html
from filter.envelope import NO_ENVELOPE
from filter.features import extract
from filter.message import parse
from filter.scan import Scanner
from filter.verdict import Verdict
from tests.benchmarks.contest import Costs
from tests.benchmarks.corpus import Mail
from tests.benchmarks.machine import MEASURED, on

STEPS = ("read", "HTML", "features", "classify", "rules", "verdict")
WHOLE = "score, whole"
P = ParamSpec("P")
R = TypeVar("R")


class Steps:
    """The steps of one message after another, as they follow each other in `Scanner.scan`."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._spent = dict.fromkeys(STEPS, 0.0)

    def costs(self, mail: Sequence[Mail]) -> Costs:
        """Each step of each message."""
        rows: dict[str, list[float]] = {step: [] for step in STEPS}
        with on(MEASURED), self._html_apart():
            for one in mail:
                for step, seconds in self._one(one.raw).items():
                    rows[step].append(seconds)
        return rows

    def _one(self, raw: bytes) -> dict[str, float]:
        self._spent = dict.fromkeys(STEPS, 0.0)
        classifier = self._scanner.classifier
        message = self._timed("read", parse, raw)
        features = self._timed("features", extract, message, classifier.fields)
        hits = self._timed("classify", classifier.hits, features)
        more = self._timed("rules", self._scanner.rules.judge, message, NO_ENVELOPE, hits)
        self._timed("verdict", Verdict, (*hits, *more))
        self._spent["read"] -= self._spent["HTML"]
        return self._spent

    def _timed(self, step: str, work: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
        before = time.process_time()
        result = work(*arguments, **options)
        self._spent[step] += time.process_time() - before
        return result

    @contextmanager
    def _html_apart(self) -> Iterator[None]:
        """Pages are read in the midst of reading, so their reader is watched."""
        read = html.read

        def watched(*arguments: Any, **options: Any) -> Any:
            return self._timed("HTML", read, *arguments, **options)

        with patch.object(html, "read", watched):
            yield


class Whole:
    """What a verdict costs, without a server around it."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner

    def costs(self, mail: Sequence[Mail]) -> Costs:
        """`Scanner.scan` of each message."""
        with on(MEASURED):
            return {WHOLE: [seconds(self._scanner.scan, one.raw) for one in mail]}


def seconds(work: Callable[P, object], *arguments: P.args, **options: P.kwargs) -> float:
    """CPU seconds of `work`."""
    before = time.process_time()
    work(*arguments, **options)
    return time.process_time() - before
