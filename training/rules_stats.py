"""`hamgate rules stats`: on labelled mail, how often each rule is true, what it repeats, and what it decides."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import numpy as np

from filter.rules.composites import COMPOSITES
from training import scanned
from training.dataset import Bools
from training.evaluate import TAG_AT, Floats
from training.options import HAM, JSON_LINES, MODEL, ONE_JOB, SPAM, ManyValues
from training.scanned import Lot


@dataclass(frozen=True, slots=True)
class Line:
    """One rule or composite: its points, the percent of ham and of spam it hits, and the spam share of what it hits.

    `spam_share` compares the two rates, so it does not depend on how much mail of each class there is; None if it
    hits nothing. `like` is the rule that shares most of its hits, `overlap` percent of them. `adds`: mean points that
    it gives a spam message. `decides_*`: messages that stand on the other side of 5 points without it.
    """

    symbol: str
    points: float
    ham: float
    spam: float
    spam_share: float | None
    like: str
    overlap: float
    adds: float
    decides_ham: int
    decides_spam: int


def measure(lot: Lot) -> list[Line]:
    """A line for each symbol: the rules in the order of the catalogue, then the composites."""
    columns = {symbol: number for number, symbol in enumerate(lot.points)}
    hits = np.zeros((len(lot.messages), len(columns)), np.bool_)
    for row, message in zip(hits, lot.messages, strict=True):
        row[[columns[symbol] for symbol in message.rules | message.composites]] = True
    shared = _shared(hits, columns)
    scores = lot.scores()
    return [_line(lot, symbol, hits[:, number], shared[number], scores) for symbol, number in columns.items()]


def _shared(hits: Bools, columns: Mapping[str, int]) -> Floats:
    """Messages that two symbols both hit; 0 between a composite and its parts, which is no news."""
    counts = hits.astype(np.float32)
    shared = (counts.T @ counts).astype(np.float64)
    np.fill_diagonal(shared, 0.0)
    for one in COMPOSITES:
        for part in one.symbols & columns.keys():
            shared[columns[one.symbol], columns[part]] = shared[columns[part], columns[one.symbol]] = 0.0
    return shared


def _line(lot: Lot, symbol: str, hits: Bools, shared: Floats, scores: Floats) -> Line:
    points, spam = lot.points[symbol], lot.spam
    ham_rate, spam_rate = (100.0 * float(hits[chosen].mean()) for chosen in (~spam, spam))
    most = int(shared.argmax())
    decided = hits & ((scores >= TAG_AT) != (scores - points >= TAG_AT))
    return Line(
        symbol=symbol,
        points=points,
        ham=ham_rate,
        spam=spam_rate,
        spam_share=spam_rate / (ham_rate + spam_rate) if hits.any() else None,
        like=list(lot.points)[most] if shared[most] else "",
        overlap=100.0 * float(shared[most]) / max(1, int(hits.sum())),
        adds=points * spam_rate / 100.0,
        decides_ham=int(decided[~spam].sum()),
        decides_spam=int(decided[spam].sum()),
    )


@click.command(cls=ManyValues)
@HAM
@SPAM
@MODEL
@ONE_JOB
@JSON_LINES
def stats(ham: tuple[str, ...], spam: tuple[str, ...], folder: Path | None, jobs: int, as_json: bool) -> None:
    """Count how often each rule is true of your ham and of your spam, and what it contributes.

    A rule with points that hits your ham more than your spam is one to look at, or one for `hamgate rules fit`.

    \b
    adds     mean points that it gives a message of your spam
    decides  messages of ham / spam that stand on the other side of 5 points without it
    overlap  the rule that shares most of its hits, and how many

    \b
    Example:
      hamgate rules stats --ham ~/Maildir --spam ~/Maildir/.Junk
    """
    lines = measure(scanned.read(ham, spam, folder, jobs))
    if as_json:
        for line in lines:
            click.echo(json.dumps(asdict(line)))
        return
    click.echo(
        f"{'symbol':<32} {'points':>8} {'ham %':>7} {'spam %':>7} {'S/O':>6} {'adds':>6} {'decides':>9}  overlap"
    )
    for line in sorted(lines, key=lambda line: -line.spam):
        click.echo(_row(line))


def _row(line: Line) -> str:
    share = "" if line.spam_share is None else f"{line.spam_share:.3f}"
    decides = f"{line.decides_ham}/{line.decides_spam}"
    overlap = f"{line.overlap:.0f} % {line.like}" if line.like else ""
    return (
        f"{line.symbol:<32} {line.points:>+8.2f} {line.ham:>7.2f} {line.spam:>7.2f} {share:>6} {line.adds:>+6.2f} "
        f"{decides:>9}  {overlap}"
    ).rstrip()
