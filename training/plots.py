"""The pictures of a report, as SVG to stand inside a page."""

import io
import re
from collections.abc import Callable, Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from training.dataset import Bools
from training.evaluate import Floats
from training.evaluation import Evaluation, Learned
from training.figures import THRESHOLDS, called_spam, missed, probabilities, wilson

_HAM, _SPAM, _SECOND, _GREY = "#0b6fa4", "#c1440e", "#7a7a7a", "#999999"
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "hamgate",
    "font.family": "sans-serif",
    "font.size": 9.0,
}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_FURTHEST = 40.0
_BINS = 10
_OWN_IDS = re.compile(r' id="[A-Za-z0-9.]+_\d+"')
_MARKS = "ovsD"

_PERCENT = FuncFormatter(lambda value, _: f"{value:g}")


def roc(found: Evaluation) -> str:
    """Spam caught against ham called spam, on a logarithmic axis; 0 % of ham stands at half a message."""

    return roc_of_both(found.spam, {"model alone": found.alone_points, "model and rules": found.points})


def roc_of_both(spam: Bools, curves: Mapping[str, Floats]) -> str:
    """The same of two scorings by their labels; marked on the second: what the thresholds give."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        ham = int((~spam).sum())
        floor, least = 50.0 / ham, 100.0
        for (label, points), colour in zip(curves.items(), (_SECOND, _SPAM), strict=True):
            wrong, caught = _roc(points, spam)
            axes.plot(np.maximum(wrong, floor), caught, color=colour, drawstyle="steps-post", label=label)
            least = min(least, float(caught[wrong <= 0.0].max()))
        for threshold, mark in zip(THRESHOLDS, _MARKS, strict=True):
            wrong_at = max(floor, called_spam(points, spam, threshold))
            caught_at = 100.0 - missed(points, spam, threshold)
            least = min(least, caught_at)
            axes.plot([wrong_at], [caught_at], mark, color=_HAM, label=f"at {threshold:g} points")
        _axes(axes, f"ham called spam, % (leftmost: none of {ham})", "spam caught, %")
        axes.set_xscale("log")
        axes.set_xlim(floor * 0.8, 110.0)
        axes.set_ylim(max(-3.0, least - 10.0), 102.0)
        axes.xaxis.set_major_formatter(_PERCENT)
        axes.legend(loc="lower right", frameon=False)

    return _svg(draw)


def _roc(points: Floats, spam: Bools) -> tuple[Floats, Floats]:
    levels, owners = np.unique(points, return_inverse=True)
    counts = [np.bincount(owners[chosen], minlength=len(levels))[::-1].cumsum() for chosen in (~spam, spam)]
    wrong, caught = (np.concatenate([[0.0], 100.0 * one / one[-1]]) for one in counts)
    return wrong, caught


def histogram(found: Evaluation) -> str:
    """How many messages of each class get which score; scores beyond 40 points stand at the edges."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        bins = np.arange(-_FURTHEST, _FURTHEST + 1.0, 2.0).tolist()
        points = np.clip(found.points, -_FURTHEST, _FURTHEST)
        for label, chosen, colour in (("ham", ~found.spam, _HAM), ("spam", found.spam, _SPAM)):
            axes.hist(points[chosen], bins, color=colour, alpha=0.6, label=label)
        for threshold, dashes in ((5.0, "--"), (15.0, ":")):
            axes.axvline(threshold, color="black", linewidth=0.8, linestyle=dashes, label=f"{threshold:g} points")
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(_PERCENT)
        _axes(axes, f"score, points (edges: {_FURTHEST:g} and beyond)", "messages in 2 points")
        axes.legend(loc="upper center", ncols=4, frameon=False, bbox_to_anchor=(0.5, 1.13))

    return _svg(draw)


def reliability(found: Evaluation) -> str:
    """The share of spam among messages of about the same promised probability, and how many those are."""

    def draw(figure: Figure) -> None:
        upper, lower = figure.subplots(2, sharex=True, height_ratios=[3, 1])
        promised = probabilities(found.points)
        bins = np.minimum((promised * _BINS).astype(int), _BINS - 1)
        total = np.bincount(bins, minlength=_BINS)
        there = np.flatnonzero(total)
        spam = np.bincount(bins[found.spam], minlength=_BINS)[there]
        x = np.bincount(bins, promised, _BINS)[there] / total[there]
        low, high = wilson(spam, total[there])
        share = spam / total[there]
        upper.plot([0, 100], [0, 100], color=_GREY, linewidth=0.8, label="promise kept")
        bars = np.maximum(0.0, [share - low, high - share]) * 100
        upper.errorbar(100 * x, 100 * share, bars, fmt="o", color=_SPAM, capsize=2, label="measured, 95 %")
        _axes(upper, "", "really spam, %")
        upper.legend(loc="upper left", frameon=False)
        lower.bar(100.0 * (np.arange(_BINS) + 0.5) / _BINS, total, width=9.0, color=_HAM)
        lower.set_yscale("log")
        lower.yaxis.set_major_formatter(_PERCENT)
        _axes(lower, "promised probability of spam, %", "messages")

    return _svg(draw)


_APART = 1.8
"""Times as many messages that the next label of the learning curve is for."""


def learning_curve(curve: tuple[Learned, ...]) -> str:
    """What more mail to learn from brings."""

    def draw(figure: Figure) -> None:
        sizes = [one.messages for one in curve]
        panels = (
            ([one.roca for one in curve], "1 - area under the ROC curve, %"),
            ([one.missed for one in curve], "spam missed where 0.5 % of ham\nis called spam, %"),
        )
        for axes, (values, label) in zip(figure.subplots(1, 2), panels, strict=True):
            axes.plot(sizes, values, "o-", color=_SPAM)
            axes.set_xscale("log")
            axes.set_xticks(_apart(sizes), labels=list(map(str, _apart(sizes))))
            axes.minorticks_off()
            axes.set_ylim(bottom=0.0)
            _axes(axes, "messages learned", label)

    return _svg(draw)


def _apart(sizes: list[int]) -> list[int]:
    """Those of the rising `sizes` whose labels do not run into each other on a log axis."""
    kept: list[int] = []
    for size in sizes:
        if not kept or size >= _APART * kept[-1]:
            kept.append(size)
    return kept


def _axes(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(color="#e5e5e5", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _svg(draw: Callable[[Figure], None]) -> str:
    """What `draw` draws, without prologue, metadata and the names of its groups, which would repeat in one page."""
    buffer = io.StringIO()
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(5.6, 3.8), layout="constrained")
        draw(figure)
        figure.savefig(buffer, format="svg", metadata=_NO_METADATA)
    text = buffer.getvalue()
    return _OWN_IDS.sub("", text[text.index("<svg") :])
