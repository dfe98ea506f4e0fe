"""Verdicts as text for people, JSON lines or tab-separated values. Nothing from a message reaches a terminal raw."""

import json
import sys
from collections.abc import Callable

import click

from filter.classifier import ADJUSTMENTS
from filter.verdict import Hit, Verdict, two_decimals

Writer = Callable[[str, Verdict], None]

_COLOURS = {"ham": "green", "unsure": "yellow", "spam": "red"}
_REASONS = 5
_SMALL = 0.05
"""Reasons in a summary: this many, and none of fewer points than this."""


def writer(form: str, explain: bool) -> Writer:
    """The function that prints one verdict in the `form` text, json or tsv."""
    if form == "tsv":
        return _tsv
    if form == "json":
        return _json
    return _explanation if explain else _summary


def one_line(text: str) -> str:
    """`text` with everything that could move a terminal's cursor or forge a line escaped."""
    return "".join(
        c if c.isprintable() or "\udc80" <= c <= "\udcff" else c.encode("unicode_escape").decode() for c in text
    )


def _tsv(name: str, verdict: Verdict) -> None:
    # Not by `click.echo`, which flushes each line: these rows go to programs, by the thousand.
    sys.stdout.write(f"{one_line(name)}\t{verdict.score!r}\t{verdict.probability!r}\t{verdict.label}\n")


def _json(name: str, verdict: Verdict) -> None:
    value = {
        "path": name,
        "score": verdict.score,
        "probability": verdict.probability,
        "verdict": verdict.label,
        "hits": [_hit(hit) for hit in verdict.hits],
    }
    click.echo(json.dumps(value))


def _hit(hit: Hit) -> dict[str, object]:
    value: dict[str, object] = {"symbol": hit.symbol, "points": hit.points}
    if hit.detail:
        value["detail"] = hit.detail
    if hit.clues:
        value["clues"] = [{"token": clue.token, "points": clue.points} for clue in hit.clues]
    return value


def _headline(name: str, verdict: Verdict) -> str:
    label = click.style(verdict.label, fg=_COLOURS[verdict.label], bold=True)
    return f"{one_line(name)}: {label}, {verdict.score:+.1f} points ({100 * verdict.probability:.1f} % spam)"


def _summary(name: str, verdict: Verdict) -> None:
    click.echo(_headline(name, verdict))
    reasons = [hit for hit in _by_weight(verdict) if hit.symbol not in ADJUSTMENTS and abs(hit.points) >= _SMALL]
    for hit in reasons[:_REASONS]:
        click.echo(_line(hit))


def _explanation(name: str, verdict: Verdict) -> None:
    click.echo(_headline(name, verdict))
    for hit in _by_weight(verdict):
        click.echo(_line(hit))
    click.echo(f"  {'' if verdict.score < 0.0 else '+'}{two_decimals(verdict.score)}".rjust(9) + "  sum")


def _by_weight(verdict: Verdict) -> list[Hit]:
    return sorted(verdict.hits, key=lambda hit: -abs(hit.points))


def _line(hit: Hit) -> str:
    clues = ", ".join(f"{one_line(clue.token)} {clue.points:+.2f}" for clue in hit.clues if abs(clue.points) >= 0.005)
    reason = "; ".join(filter(None, (one_line(hit.detail), clues)))
    return f"  {hit.points:+7.2f}  {hit.symbol:<24} {reason}".rstrip()
