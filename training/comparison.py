"""Two models on the same mail: their figures, what changes from one to the other, and where they disagree."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from filter.scan import Scanner
from filter.verdict import Hit
from training import evaluation, figures
from training.dataset import Bools
from training.evaluate import TAG_AT, Floats
from training.figures import FIGURES, Estimate
from training.sources import Source

_REASONS = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """One message as two scanners see it: its digest, both scores, and what counted most in each."""

    digest: str
    scores: tuple[float, float]
    hits: tuple[tuple[Hit, ...], tuple[Hit, ...]]

    @property
    def both(self) -> tuple[tuple[float, tuple[Hit, ...]], ...]:
        """Score and hits of the first and of the second."""
        return tuple(zip(self.scores, self.hits, strict=True))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A message that one model calls spam at 5 points and the other does not."""

    name: str
    label: str
    pair: Pair


@dataclass(frozen=True, slots=True)
class Comparison:
    """Figures of the `first` and the `second` model with rules, the paired `change`, and where they disagree.

    `points`: what each model gave the messages that `spam` labels.
    """

    spam: Bools
    points: tuple[Floats, Floats]
    first: dict[str, Estimate]
    second: dict[str, Estimate]
    change: dict[str, Estimate]
    disagreements: tuple[Disagreement, ...]


def scan_batch(messages: list[bytes], folders: tuple[Path, Path]) -> list[Pair]:
    """Judge messages with the models in both folders; runs in a worker process."""
    first, second = map(_scanner, folders)
    return [_pair(raw, first, second) for raw in messages]


@cache
def _scanner(folder: Path) -> Scanner:
    return Scanner.load(folder)


def _pair(raw: bytes, first: Scanner, second: Scanner) -> Pair:
    one, other = first.scan(raw), second.scan(raw)
    hits = (evaluation.reasons(one.hits)[:_REASONS], evaluation.reasons(other.hits)[:_REASONS])
    return Pair(hashlib.sha256(raw).hexdigest(), (one.score, other.score), hits)


def make(ham: Source[Pair], spam: Source[Pair], seed: int = 0) -> Comparison:
    """Compare both models on both classes."""
    pairs = [*ham.rows, *spam.rows]
    labels = np.arange(len(pairs)) >= len(ham.rows)
    first, second = (np.array([pair.scores[i] for pair in pairs]) for i in (0, 1))
    return Comparison(
        labels,
        (first, second),
        figures.estimates(first, labels, seed),
        figures.estimates(second, labels, seed),
        figures.differences(first, second, labels, seed),
        _disagreements([*ham.names, *spam.names], pairs, labels, first - second),
    )


def _disagreements(names: list[str], pairs: list[Pair], spam: Bools, apart: Floats) -> tuple[Disagreement, ...]:
    """Those farthest apart first."""
    order = np.argsort(-np.abs(apart), kind="stable")
    return tuple(
        Disagreement(evaluation.printable(names[row]), "spam" if spam[row] else "ham", pairs[row])
        for row in order
        if (pairs[row].scores[0] >= TAG_AT) != (pairs[row].scores[1] >= TAG_AT)
    )


def differs(change: Estimate) -> bool:
    """Whether the interval leaves 0 out: chance alone does not explain the change."""
    return change.low > 0.0 or change.high < 0.0


def as_object(found: Comparison, models: tuple[str, str]) -> dict[str, Any]:
    """For machines; `models` are the versions of both."""
    return {
        "models": list(models),
        "ham": int((~found.spam).sum()),
        "spam": int(found.spam.sum()),
        "figures": {
            figure.key: {
                "first": _values(found.first[figure.key]),
                "second": _values(found.second[figure.key]),
                "change": {**_values(found.change[figure.key]), "differs": differs(found.change[figure.key])},
            }
            for figure in FIGURES
        },
        "disagreements": [_as_object(one) for one in found.disagreements],
    }


def _values(one: Estimate) -> dict[str, float]:
    return {"value": round(one.value, 6), "low": round(one.low, 6), "high": round(one.high, 6)}


def _as_object(one: Disagreement) -> dict[str, Any]:
    said = [
        {"score": round(score, 4), "hits": [{"symbol": hit.symbol, "points": round(hit.points, 4)} for hit in hits]}
        for score, hits in zip(one.pair.scores, one.pair.hits, strict=True)
    ]
    return {"path": one.name, "label": one.label, "first": said[0], "second": said[1]}
