"""An evaluation and a comparison in lines for people."""

from collections.abc import Iterable, Iterator, Sequence

from filter.verdict import Hit
from training.evaluation import Evaluation, Group, Learned, Worst
from training.figures import FIGURES, Best, Estimate, Figure

_FEW = 5
_WIDE = 50


def number(figure: Figure, one: Estimate, sign: str = "") -> str:
    """A figure with its interval."""
    low, high = (f"{value:{sign}.{figure.digits}f}" for value in (one.low, one.high))
    return f"{one.value:{sign}.{figure.digits}f} [{low}, {high}]"


def title(figure: Figure) -> str:
    """What a figure is, with its unit."""
    return f"{figure.title}, {figure.unit}" if figure.unit else figure.title


def as_text(found: Evaluation) -> str:
    """The whole evaluation. In brackets: the middle 95 % over resamplings of the messages."""
    return "\n".join([
        f"{found.protocol}: {found.counts[0]} ham, {found.counts[1]} spam",
        *table({"model and rules": found.whole, "model alone": found.alone}),
        "",
        best(found.best),
        *_groups("source", found.origins),
        *_groups("year", found.years),
        *_curve(found.curve),
        *_worst("ham at 5 points or more", found.errors[0], found.false_positives),
        *_worst("spam below 5 points", found.errors[1], found.misses),
    ])  # fmt: skip


def table(columns: dict[str, dict[str, Estimate]], sign: str = "") -> Iterator[str]:
    """One line for each figure, one column for each of `columns`; differences (no brackets) get a `sign`."""
    yield f"{'':<{_WIDE}}" + "".join(f"{name:>30}" for name in columns)
    for figure in FIGURES:
        cells = (number(figure, column[figure.key], sign) for column in columns.values())
        yield f"{title(figure):<{_WIDE}}" + "".join(f"{cell:>30}" for cell in cells)


def best(one: Best) -> str:
    """The cheapest threshold in a sentence."""
    cost = f"If one ham called spam costs as much as {one.cost:g} missed spam"
    if one.threshold is None:
        return f"{cost}, nothing on this mail should be called spam"
    rates = f"{one.false_positives:.2f} % of ham called spam, {one.missed:.2f} % of spam missed"
    return f"{cost}, the best threshold on this mail is {one.threshold:.1f} points ({rates})"


def _groups(kind: str, groups: Sequence[Group]) -> Iterator[str]:
    wide = max([_WIDE, *(len(group.name) + 1 for group in groups)])
    yield f"\n{kind:<{wide}}{'ham':>8}{'called spam, %':>24}{'spam':>8}{'missed, %':>24}"
    fp, missed = (figure for figure in FIGURES if figure.key in ("fp_at_5", "missed_at_5"))
    for group in groups:
        first, second = (
            number(figure, group.figures[figure.key]) if figure.key in group.figures else "-" for figure in (fp, missed)
        )
        name = group.name or "(no date)"
        yield f"{name:<{wide}}{group.ham:>8}{first:>24}{group.spam:>8}{second:>24}"


def _curve(curve: Sequence[Learned]) -> Iterator[str]:
    if curve:
        missed = "missed where 0.5 % of ham is called spam, %"
        yield f"\n{'learned':>8}{'tested on':>12}{'1 - ROC area, %':>18}{missed:>46}"
    for one in curve:
        yield f"{one.messages:>8}{one.tested:>12}{one.roca:>18.4f}{one.missed:>46.2f}"


def _worst(what: str, count: int, worst: Sequence[Worst]) -> Iterator[str]:
    yield f"\n{what}: {count}" + (f", the worst {_FEW}" if count > _FEW else "")
    for one in worst[:_FEW]:
        yield f"  {one.score:+.1f}  {one.name}"
        yield f"         {told(one.hits)}"


def told(hits: Iterable[Hit]) -> str:
    """Hits in one line."""
    return ", ".join(f"{hit.symbol} {hit.points:+.1f}" for hit in hits)
