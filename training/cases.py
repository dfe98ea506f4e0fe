"""Labelled mail as an evaluation sees it: each message's scores, and what a person needs to look at the worst of it."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np

from filter.message import Message, parse
from filter.rules.composite import Composite
from filter.rules.composites import COMPOSITES
from filter.rules.date_field import read_date
from filter.rules.evidence import Evidence
from filter.rules.own.reader import read
from filter.rules.ruleset import RuleSet, composite_hits
from filter.scan import Scanner
from filter.verdict import Hit
from training import dataset, duplicates
from training.dataset import Bools, Extracted
from training.evaluate import Floats, Integers
from training.sources import Source

_MODEL = "NB_"
_LONGEST_DETAIL = 160
_HEAD = 1 << 14
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS = tuple(datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (1980, 2101))


@dataclass(frozen=True, slots=True)
class Case:
    """One message that a scanner has judged.

    `date`: seconds since 1970 by its Date field, None if it has none; `hits`: all of the verdict, or those of the rules
    if a model is still to be fitted. What only fitting needs is in `extracted` and `likeness`.
    """

    digest: str
    date: float | None
    hits: tuple[Hit, ...]
    extracted: Extracted | None = field(default=None, repr=False)
    likeness: tuple[str, ...] = ()

    @property
    def model(self) -> float:
        """Points of the model alone, if it has judged."""
        return math.fsum(hit.points for hit in self.hits if hit.symbol.startswith(_MODEL))

    @property
    def score(self) -> float:
        """Points of all hits."""
        return math.fsum(hit.points for hit in self.hits)


@dataclass(frozen=True, slots=True)
class Lot:
    """`n` labelled messages. `origins`: the path that each came from, as it was given.

    `years`: by the Date field in UTC, "" without one that can be true (1980 to 2100).
    """

    cases: tuple[Case, ...]
    names: tuple[str, ...]
    origins: tuple[str, ...]
    years: tuple[str, ...]
    spam: Bools

    def __len__(self) -> int:
        return len(self.cases)


@dataclass(frozen=True, slots=True)
class Scored:
    """Messages of `lot` and what they got: `rows`: m row numbers; `whole`, `alone`: m points, with and without rules.

    `hits`: for each of the m messages all that the score is the sum of.
    """

    lot: Lot
    rows: Integers
    whole: Floats
    alone: Floats
    hits: Sequence[tuple[Hit, ...]]

    @property
    def spam(self) -> Bools:
        """Which of the m messages are spam."""
        labels: Bools = self.lot.spam[self.rows]
        return labels


def scan_batch(messages: list[bytes], folder: Path | None, rules: Path | None) -> list[Case]:
    """Judge messages with the model in `folder` (None: the shipped one); runs in a worker process."""
    return [_scan(raw, _scanner(folder, rules)) for raw in messages]


@cache
def _scanner(folder: Path | None, rules: Path | None) -> Scanner:
    return Scanner.load(folder, rules)


def _scan(raw: bytes, scanner: Scanner) -> Case:
    hits = tuple(map(_short, scanner.scan(raw).hits))
    return Case(hashlib.sha256(raw).hexdigest(), _date(parse(raw[:_HEAD])), hits)


def judge_batch(messages: list[bytes], fields: tuple[str, ...], own: Path | None = None) -> list[Case]:
    """Read messages and try the rules on them, for a model to be fitted; runs in a worker process.

    `own`: an operator's rules, which count beside the shipped ones. Raises RulesError.

    All rules are asked. A server leaves out those on wording where they could not make spam of a message any more, so
    scores below -12 points may differ from what it gives.
    """
    rules = rule_set(own)
    return [_judge(raw, fields, rules) for raw in messages]


@cache
def rule_set(own: Path | None) -> RuleSet:
    """The shipped rules, with those in the file `own`. Raises RulesError."""
    return RuleSet(own=read(own) if own else None)


def _judge(raw: bytes, fields: tuple[str, ...], rules: RuleSet) -> Case:
    message = parse(raw)
    hits = tuple(map(_short, rules.facts(Evidence(message, settings=rules.settings))))
    extracted = dataset.extracted(raw, message, fields)
    return Case(extracted.digest, _date(message), hits, extracted, duplicates.likeness(message))


def _short(hit: Hit) -> Hit:
    return hit._replace(detail=hit.detail[:_LONGEST_DETAIL]) if len(hit.detail) > _LONGEST_DETAIL else hit


def _date(message: Message) -> float | None:
    date = read_date(message.raw("date"))
    return None if date is None else (date - _EPOCH).total_seconds()


def lot(ham: Source[Case], spam: Source[Case]) -> Lot:
    """Both classes as one, ham first."""
    cases = (*ham.rows, *spam.rows)
    return Lot(
        cases,
        (*ham.names, *spam.names),
        (*ham.origins, *spam.origins),
        tuple(_year(case.date) for case in cases),
        np.arange(len(cases)) >= len(ham.rows),
    )


def _year(date: float | None) -> str:
    if date is None or not _YEARS[0] <= date < _YEARS[1]:
        return ""
    return str(datetime.fromtimestamp(date, UTC).year)


def scanned(mail: Lot) -> Scored:
    """What the scanner that read the messages says of them."""
    whole, alone = (np.array([getattr(case, name) for case in mail.cases]) for name in ("score", "model"))
    return Scored(mail, np.arange(len(mail)), whole, alone, [case.hits for case in mail.cases])


def by_date(mail: Lot) -> Integers:
    """Row numbers in the order of the dates as they are written, however wrong; those without a date last."""
    dates = [math.inf if case.date is None else case.date for case in mail.cases]
    return np.argsort(np.array(dates), kind="stable")


def with_rules(
    mail: Lot,
    rows: Integers,
    parts: Floats,
    points: Floats,
    fields: tuple[str, ...],
    composites: Sequence[Composite] = COMPOSITES,
) -> Scored:
    """What a fitted model says of `rows` (`parts` by field and the `points` they make), with the rules that hit."""
    symbols = [f"{_MODEL}{name.upper()}" for name in fields]
    hits = []
    for row, told, total in zip(rows, parts.tolist(), points.tolist(), strict=True):
        model = [Hit(symbol, value) for symbol, value in zip(symbols, told, strict=True)]
        model.append(Hit(f"{_MODEL}OTHER", total - math.fsum(told), "bias, caps, guard and slope"))
        rules = mail.cases[row].hits
        hits.append((*model, *rules, *composite_hits(model, rules, composites)))
    whole = np.array([math.fsum(hit.points for hit in found) for found in hits])
    return Scored(mail, rows, whole, points, hits)
