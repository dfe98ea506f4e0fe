"""`hamgate rules ablate`: what each group of rules is worth, by switching it off."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import numpy as np

from filter.rules import manual
from training import evaluate, scanned
from training.evaluate import Floats
from training.options import HAM, JSON_LINES, MODEL, ONE_JOB, SPAM, ManyValues
from training.scanned import Lot


@dataclass(frozen=True, slots=True)
class Row:
    """Figures with the group `off` switched off, in percent; `ham_at` and `spam_at`: at 0, 5 and 15 points or more."""

    off: str
    rules: int
    roca: float
    missed_at_fp: float
    ham_at: tuple[float, ...]
    spam_at: tuple[float, ...]


def measure(lot: Lot) -> list[Row]:
    """First with all rules, then without each group, last without any."""
    groups: dict[str, set[str]] = {}
    for row in manual.rows():
        if row.group == manual.OWN_LISTS:
            continue
        groups.setdefault(row.group, set()).add(row.symbol)
    everything = frozenset[str]().union(*groups.values())
    rows = [("nothing", frozenset[str]()), *((name, frozenset(groups[name])) for name in sorted(groups))]
    return [_row(lot, name, off) for name, off in (*rows, ("all rules", everything))]


def _row(lot: Lot, name: str, off: frozenset[str]) -> Row:
    scores, spam = lot.scores(off), lot.spam
    return Row(
        name,
        len(off),
        round(evaluate.roca(scores, spam), 4),
        round(evaluate.missed_where_half_a_percent(scores, spam), 2),
        _reached(scores[~spam]),
        _reached(scores[spam]),
    )


def _reached(scores: Floats) -> tuple[float, ...]:
    return tuple(round(100.0 * float(np.mean(scores >= points)), 2) for points in (0.0, 5.0, 15.0))


@click.command(cls=ManyValues)
@HAM
@SPAM
@MODEL
@ONE_JOB
@JSON_LINES
def ablate(ham: tuple[str, ...], spam: tuple[str, ...], folder: Path | None, jobs: int, as_json: bool) -> None:
    """Switch each group of rules off in turn and measure what the score becomes.

    Give mail that the model was not trained on: on its own training mail every rule looks useless. All figures are
    percent: 1 - area under the ROC curve; spam missed where 0.5 % of ham is called spam; messages at 0, 5 and 15
    points or more.

    \b
    Example:
      hamgate rules ablate --ham ~/Maildir --spam ~/Maildir/.Junk
    """
    rows = measure(scanned.read(ham, spam, folder, jobs))
    if as_json:
        for row in rows:
            click.echo(json.dumps(asdict(row)))
        return
    click.echo(f"{'off':<14} {'rules':>5} {'1-ROC':>8} {'missed':>7} {'ham >= 0/5/15':>22} {'spam >= 0/5/15':>22}")
    for row in rows:
        ham_at, spam_at = (" / ".join(f"{share:.2f}" for share in shares) for shares in (row.ham_at, row.spam_at))
        click.echo(f"{row.off:<14} {row.rules:>5} {row.roca:>8.4f} {row.missed_at_fp:>7.2f} {ham_at:>22} {spam_at:>22}")
