"""The manual page of the rules, made from the rows themselves: filter/rules/README.md."""

from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import groupby

from filter.rules.catalogue import RULES
from filter.rules.composite import Composite
from filter.rules.composites import COMPOSITES
from filter.rules.own import listing
from filter.rules.own.reader import OwnRules
from filter.rules.own.rows import ListRule, PatternRule

_INTRODUCTION = """\
# Rules

Made by `hamgate rules list --markdown`; a test holds it current. Points are what a fact adds to the score by itself
(5 points: nine times the odds of spam). They are hand-set priors; 0 means that the fact only serves composites and
reports. For every rule `tests/golden/rules/` has a message that hits and a near miss that does not.

How a rule is written: a row in the `ROWS` of the file of the message part it reads, with a small pure function that
takes the `Evidence` and returns the detail a person wants to see, or None. Text patterns are named cues, all looked
for in one linear pass (`cues.py`). Composites are expressions over symbols (`composites.py`).
"""

OWN_LISTS = "own lists"
"""The group of allow and deny lists, which only an operator fills."""


@dataclass(frozen=True, slots=True)
class Row:
    """A rule or composite as a person reads it."""

    symbol: str
    group: str
    points: float
    speaks: str
    meaning: str


NONE = OwnRules()


def rows(own: OwnRules = NONE) -> list[Row]:
    """Every rule in the order of the catalogue, the operator's lists, the composites, then the operator's own rules."""
    plain = [Row(rule.symbol, rule.group, rule.points, str(rule.speaks), rule.meaning) for rule in RULES]
    lists = [
        Row(symbol, OWN_LISTS, points, _speaks(points), listing.MEANINGS[symbol])
        for symbol, points in listing.POINTS.items()
    ]
    composed = [
        Row(one.symbol, "composites", one.points, _speaks(one.points), f"{one.meaning}: {one.when}")
        for one in COMPOSITES
    ]
    shipped = [replace(row, points=own.points.get(row.symbol, row.points)) for row in (*plain, *lists, *composed)]
    return shipped + [Row(one.symbol, "own", one.points, _speaks(one.points), _own_meaning(one)) for one in own.rules]


def _speaks(points: float) -> str:
    return "ham" if points < 0 else "spam" if points else "either"


def _own_meaning(rule: PatternRule | ListRule | Composite) -> str:
    """What the operator says of his rule, and its test."""
    if isinstance(rule, PatternRule):
        test = f"in {rule.place}: {rule.pattern}"
    elif isinstance(rule, ListRule):
        test = f"{rule.place} on a list of {len(rule.members)}"
    else:
        test = rule.when
    return f"{rule.meaning}: {test}" if rule.meaning else test


def nearest(symbol: str, own: OwnRules = NONE) -> list[str]:
    """Symbols that look like `symbol`."""
    return get_close_matches(symbol.upper(), [row.symbol for row in rows(own)], n=3, cutoff=0.4)


def page() -> str:
    """The page in Markdown."""
    sections = [_INTRODUCTION]
    for group, members in groupby(sorted(rows(), key=lambda row: row.group), key=lambda row: row.group):
        lines = [f"| {row.symbol} | {row.points:+.1f} | {row.meaning} |" for row in members]
        sections.append("\n".join([f"## {group}\n", "| symbol | points | meaning |", "|---|---|---|", *lines, ""]))
    return "\n".join(sections)
