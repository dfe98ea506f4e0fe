"""One evaluation: the figures of scored mail, by source and year, the learning curve, and the worst of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from filter.cli.report import one_line
from filter.verdict import Hit
from training import evaluate, figures
from training.cases import Scored
from training.dataset import Bools
from training.evaluate import TAG_AT, Floats
from training.figures import FIGURES, Best, Estimate

WORST = 20
_REASONS = 6
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Group:
    """Messages from one source or of one year: how many of each class, and their errors at 5 points."""

    name: str
    ham: int
    spam: int
    figures: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Learned:
    """What a model of `messages` learned messages reaches, in percent, on `tested` others."""

    messages: int
    tested: int
    roca: float
    missed: float


@dataclass(frozen=True, slots=True)
class Worst:
    """A message on the wrong side of 5 points, and what counted most in it."""

    name: str
    score: float
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of one evaluation; `points` and `alone_points` (without rules) with `spam` are what they are made of.

    `protocol` says in a sentence what scored the messages. `errors`: ham at 5 points or more, spam below.
    """

    protocol: str
    points: Floats
    alone_points: Floats
    spam: Bools
    whole: dict[str, Estimate]
    alone: dict[str, Estimate]
    best: Best
    origins: tuple[Group, ...]
    years: tuple[Group, ...]
    curve: tuple[Learned, ...]
    errors: tuple[int, int]
    false_positives: tuple[Worst, ...]
    misses: tuple[Worst, ...]

    @property
    def counts(self) -> tuple[int, int]:
        """Ham and spam that were scored."""
        return int((~self.spam).sum()), int(self.spam.sum())


def make(protocol: str, scored: Scored, curve: Iterable[Learned], cost: float, seed: int = 0) -> Evaluation:
    """Measure `scored`. Both classes must be in it."""
    spam = scored.spam
    wrong = np.flatnonzero(~spam & (scored.whole >= TAG_AT)), np.flatnonzero(spam & (scored.whole < TAG_AT))
    return Evaluation(
        protocol=protocol,
        points=scored.whole,
        alone_points=scored.alone,
        spam=spam,
        whole=figures.estimates(scored.whole, spam, seed),
        alone=figures.estimates(scored.alone, spam, seed),
        best=figures.cheapest(scored.whole, spam, cost),
        origins=_groups(scored, scored.lot.origins, seed),
        years=_groups(scored, scored.lot.years, seed),
        curve=tuple(curve),
        errors=(len(wrong[0]), len(wrong[1])),
        false_positives=_worst(scored, wrong[0][np.argsort(-scored.whole[wrong[0]], kind="stable")]),
        misses=_worst(scored, wrong[1][np.argsort(scored.whole[wrong[1]], kind="stable")]),
    )


def learned(messages: int, points: Floats, spam: Bools) -> Learned | None:
    """One point of a learning curve; None if a class is missing."""
    if spam.all() or not spam.any():
        return None
    missed = evaluate.missed_where_half_a_percent(points, spam)
    return Learned(messages, len(spam), evaluate.roca(points, spam), missed)


def _groups(scored: Scored, labels: Sequence[str], seed: int) -> tuple[Group, ...]:
    names = np.array([labels[row] for row in scored.rows], dtype=object)
    found = []
    for name in sorted(set(names)):
        chosen = names == name
        spam = scored.spam[chosen]
        measured = figures.at_tag(scored.whole[chosen], spam, seed)
        found.append(Group(printable(name), int((~spam).sum()), int(spam.sum()), measured))
    return tuple(found)


def _worst(scored: Scored, places: Iterable[int]) -> tuple[Worst, ...]:
    return tuple(
        Worst(printable(scored.lot.names[scored.rows[at]]), float(scored.whole[at]), reasons(scored.hits[at]))
        for at in list(places)[:WORST]
    )


def reasons(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """The hits that count most, caps and guard among them because they explain low scores; safe to print."""
    found = sorted((hit for hit in hits if hit.symbol != "NB_BIAS"), key=lambda hit: -abs(hit.points))
    return tuple(Hit(printable(hit.symbol), hit.points, printable(hit.detail)) for hit in found[:_REASONS])


def printable(text: str) -> str:
    """`text` in one line of valid Unicode, cut to a bearable length."""
    clean = text[: 2 * _LONGEST_NAME].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    line = one_line(clean)
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 3] + "..."


def as_object(found: Evaluation) -> dict[str, Any]:
    """For machines: every number, rounded where only noise follows."""
    return {
        "protocol": found.protocol,
        "ham": found.counts[0],
        "spam": found.counts[1],
        "model_and_rules": _values(found.whole),
        "model_alone": _values(found.alone),
        "cheapest": {
            "cost": found.best.cost,
            "threshold": found.best.threshold,
            "fp": round(found.best.false_positives, 4),
            "missed": round(found.best.missed, 4),
        },
        "sources": [_group(group) for group in found.origins],
        "years": [_group(group) for group in found.years],
        "learning_curve": [
            {"messages": one.messages, "tested": one.tested, "roca": round(one.roca, 4), "missed_at_fp_0.5": one.missed}
            for one in found.curve
        ],
        "false_positives": [_wrong(one) for one in found.false_positives],
        "misses": [_wrong(one) for one in found.misses],
    }


def _values(estimates: dict[str, Estimate]) -> dict[str, dict[str, float]]:
    digits = {figure.key: figure.digits + 2 for figure in FIGURES}
    return {
        key: {
            "value": round(one.value, digits[key]),
            "low": round(one.low, digits[key]),
            "high": round(one.high, digits[key]),
        }
        for key, one in estimates.items()
    }


def _group(group: Group) -> dict[str, Any]:
    return {"name": group.name, "ham": group.ham, "spam": group.spam, **_values(group.figures)}


def _wrong(one: Worst) -> dict[str, Any]:
    hits = [{"symbol": hit.symbol, "points": round(hit.points, 4), "detail": hit.detail} for hit in one.hits]
    return {"path": one.name, "score": round(one.score, 4), "hits": hits}
