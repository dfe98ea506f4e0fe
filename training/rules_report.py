"""What a person wants to know before trusting points that evidence has weighed."""

import json
import textwrap
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from filter.rules.catalogue import RULES
from training import evaluate
from training.evaluate import Quality
from training.judged import NUMBERS
from training.trials import HeldOut
from training.weigh import Strength, Trial, Weights

_NAMES = {"without": "without rules", "prior": "hand-set points", "fitted": "weighed points"}


@dataclass(frozen=True, slots=True)
class Weighed:
    """One rule that was weighed: its points before and after, and the messages of each class that it hits.

    `spam_share` compares the rates of the two classes, not their numbers.
    """

    symbol: str
    prior: float
    points: float
    ham: int
    spam: int
    spam_share: float


@dataclass(frozen=True, slots=True)
class Report:
    """All that `hamgate rules fit` says. `kept`: by reason, the symbols of the rules that keep their points.

    `held_out`: quality without rules, with their hand-set points and with weighed ones; `changes`: what weighing
    makes of two of the figures, from and to (95 %).
    """

    weighed: tuple[Weighed, ...]
    kept: dict[str, list[str]]
    held_out: dict[str, Quality]
    changes: dict[str, tuple[float, float]]
    strength: Strength


def make(trial: Trial, weights: Weights, measured: HeldOut, reasons: dict[str, str]) -> Report:
    """Put together what was fitted on `trial` and what was `measured` on mail held out."""
    kept: dict[str, list[str]] = {}
    for symbol, why in reasons.items():
        kept.setdefault(why, []).append(symbol)
    points = {"without": measured.without, "prior": measured.prior, "fitted": measured.fitted}
    measures = {"roca": evaluate.roca, "missed_at_fp": evaluate.missed_where_half_a_percent}
    return Report(
        weighed=tuple(_weighed(trial, weights, NUMBERS[symbol]) for symbol in NUMBERS if symbol not in reasons),
        kept=kept,
        held_out={name: evaluate.quality(values, trial.spam) for name, values in points.items()},
        changes={
            name: evaluate.difference(measured.prior, measured.fitted, trial.spam, measure)
            for name, measure in measures.items()
        },
        strength=weights.strength,
    )  # fmt: skip


def _weighed(trial: Trial, weights: Weights, number: int) -> Weighed:
    rule, hits = RULES[number], trial.hits[:, number]
    ham, spam = hits[~trial.spam], hits[trial.spam]
    share = float(spam.mean() / (ham.mean() + spam.mean()))
    points = round(float(weights.rules[number]), 2)
    return Weighed(rule.symbol, rule.points, points + 0.0, int(ham.sum()), int(spam.sum()), round(share, 4))


def for_card(report: Report) -> dict[str, Any]:
    """What the model's card keeps under `metrics`."""
    return {
        "weighed": {line.symbol: {"prior": line.prior, "ham": line.ham, "spam": line.spam} for line in report.weighed},
        "kept": report.kept,
        "held_out": {name: quality.rounded() for name, quality in report.held_out.items()},
        "strength": asdict(report.strength),
    }


def as_json(report: Report, version: str) -> str:
    """One object, for machines."""
    return json.dumps({
        "model": version,
        "weighed": [asdict(line) for line in report.weighed],
        "kept": report.kept,
        "held_out": {name: quality.rounded() for name, quality in report.held_out.items()},
        "changes": {name: [round(edge, 4) for edge in edges] for name, edges in report.changes.items()},
        "strength": asdict(report.strength),
    })  # fmt: skip


def as_text(report: Report) -> str:
    """Tables for people."""
    return "\n\n".join([_weighed_table(report), _kept_list(report), _held_out_table(report)])


def _weighed_table(report: Report) -> str:
    lines = [f"{'symbol':<32} {'points':>16} {'ham':>6} {'spam':>6} {'S/O':>6}"]
    for line in sorted(report.weighed, key=lambda line: line.prior - line.points):
        lines.append(
            f"{line.symbol:<32} {line.prior:>+7.2f} -> {line.points:>+5.2f} {line.ham:>6} {line.spam:>6} "
            f"{line.spam_share:>6.3f}"
        )
    return "\n".join(lines if report.weighed else ["No rule hits enough of this mail to be weighed."])


def _kept_list(report: Report) -> str:
    blocks = ["Rules that keep their points:"]
    for why, symbols in report.kept.items():
        listing = textwrap.fill(", ".join(symbols), 110, initial_indent="    ", subsequent_indent="    ")
        blocks.append(f"  {why} ({len(symbols)}):\n{listing}")
    return "\n".join(blocks)


_FIGURES: tuple[tuple[str, Callable[[Quality], str]], ...] = (
    ("1 - area under ROC, %", lambda quality: f"{quality.roca:.4f}"),
    ("spam missed where 0.5 % of ham is called spam, %", lambda quality: f"{quality.missed_at_fp:.2f}"),
    ("ham called spam / spam missed at 5, %", lambda quality: f"{quality.fp_tag:.2f} / {quality.missed_tag:.2f}"),
    (
        "ham called spam / spam missed at 15, %",
        lambda quality: f"{quality.fp_reject:.2f} / {quality.missed_reject:.2f}",
    ),
    ("calibration error", lambda quality: f"{quality.ece:.4f}"),
)


def _held_out_table(report: Report) -> str:
    lines = [f"{'On mail held out':<50}" + "".join(f"{_NAMES[name]:>18}" for name in report.held_out)]
    for label, figure in _FIGURES:
        lines.append(f"  {label:<48}" + "".join(f"{figure(quality):>18}" for quality in report.held_out.values()))
    roca, missed = report.changes["roca"], report.changes["missed_at_fp"]
    return "\n".join([
        *lines,
        f"Weighing changes the first figure by {roca[0]:+.4f} to {roca[1]:+.4f}, the second by {missed[0]:+.2f} to "
        f"{missed[1]:+.2f} (95 %).",
        _advice(report),
    ])  # fmt: skip


def _advice(report: Report) -> str:
    before, after = report.held_out["prior"], report.held_out["fitted"]
    if report.changes["roca"][0] > 0 or report.changes["missed_at_fp"][0] > 0:
        return "That is worse: keep the hand-set points."
    if after.roca <= before.roca and after.missed_at_fp <= before.missed_at_fp:
        sure = report.changes["roca"][1] < 0 or report.changes["missed_at_fp"][1] < 0
        return "That is better." if sure else "That is better, but within what chance does."
    return "That is no difference: the hand-set points do as well."
