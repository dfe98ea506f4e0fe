"""Labelled mail as a scanner judges it: what the model says, which rules hit, and the scores with some rules off."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import click
import numpy as np

from filter.rules.catalogue import RULES
from filter.rules.composites import COMPOSITES
from filter.rules.ruleset import composite_hits
from filter.scan import Scanner
from filter.verdict import Hit
from models.model import DEFAULT, ModelError, load
from training import sources
from training.dataset import Bools
from training.evaluate import Floats

_RULES = frozenset(rule.symbol for rule in RULES)
_COMPOSITES = frozenset(one.symbol for one in COMPOSITES)


@dataclass(frozen=True, slots=True)
class Scanned:
    """One message: a digest of its bytes, the points of the model alone, and the symbols that hit."""

    digest: str
    model: float
    rules: frozenset[str]
    composites: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lot:
    """`n` messages, their labels, and the points of every symbol."""

    messages: tuple[Scanned, ...]
    spam: Bools
    points: Mapping[str, float]

    def scores(self, off: frozenset[str] = frozenset()) -> Floats:
        """Of each message, with the symbols in `off` switched off; composites are worked out again without them."""
        return np.array([self._score(one, off) for one in self.messages])

    def _score(self, one: Scanned, off: frozenset[str]) -> float:
        rules = one.rules - off
        composites = one.composites
        if off & _COMPOSITES or rules != one.rules:
            composites = _composites(one.model, rules) - off
        return one.model + sum(self.points[symbol] for symbol in rules) + sum(map(self.points.__getitem__, composites))


def _composites(model: float, rules: frozenset[str]) -> frozenset[str]:
    found = composite_hits([Hit("", model)], [Hit(symbol, 0.0) for symbol in rules])
    return frozenset(hit.symbol for hit in found)


def read(ham: tuple[str, ...], spam: tuple[str, ...], folder: Path | None, jobs: int) -> Lot:
    """Scan both classes with the model in `folder` (None: the shipped one). Raises ClickException."""
    try:
        model = load(folder or DEFAULT)
        _scanner(folder)
    except ModelError as error:
        raise click.ClickException(str(error)) from None
    classes = sources.read(ham, spam, partial(scan_batch, folder=folder), jobs, fewest=1)
    points = {rule.symbol: model.rules.get(rule.symbol, rule.points) for rule in RULES}
    points |= {one.symbol: one.points for one in COMPOSITES}
    labels = np.array([source.label == "spam" for source in classes for _ in source.rows])
    return Lot((*classes[0].rows, *classes[1].rows), labels, points)


def scan_batch(messages: list[bytes], folder: Path | None) -> list[Scanned]:
    """Scan messages; runs in a worker process."""
    return [_scan(raw, _scanner(folder)) for raw in messages]


@cache
def _scanner(folder: Path | None) -> Scanner:
    return Scanner.load(folder)


def _scan(raw: bytes, scanner: Scanner) -> Scanned:
    hits = scanner.scan(raw, thorough=True).hits
    symbols = frozenset(hit.symbol for hit in hits)
    model = sum(hit.points for hit in hits if hit.symbol not in _RULES | _COMPOSITES)
    return Scanned(hashlib.sha256(raw).hexdigest(), model, symbols & _RULES, symbols & _COMPOSITES)
