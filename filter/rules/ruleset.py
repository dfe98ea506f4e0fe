"""The rules that a scanner goes by: those that ship and an operator's own, with the points that they count here."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from filter.envelope import Envelope
from filter.message import Message
from filter.rules.catalogue import RULES
from filter.rules.composite import MODEL, MODEL_HAM, MODEL_SPAM, Composite
from filter.rules.composites import COMPOSITES
from filter.rules.evidence import Evidence
from filter.rules.rule import Check, Rule
from filter.rules.settings import DEFAULTS, RuleSettings
from filter.verdict import HAM_AT, Hit

if TYPE_CHECKING:
    from filter.rules.own.reader import OwnRules


Sections = tuple[tuple[str, list[tuple[Check, str, float]]], ...]

_WORDING = frozenset(
    {"text_cues", "lures", "may_be_obfuscated", "leaves", "is_mailing", "subject_cues", "shows_page", "shows_text"}
)
"""What rules on wording need."""
_BEYOND_WORDING = -15.0
"""Points. Wording and its composites bring at most 19.4 to any of 2392 spam (training/README.md): from here not 5."""


class RuleSet:
    """Rules, composites and settings. Immutable.

    `points` replaces the prior of the symbols it names, and the points that an operator sets in his `own` file replace
    both; `own` also brings its settings in place of `settings`.
    """

    def __init__(
        self,
        points: Mapping[str, float] | None = None,
        settings: RuleSettings = DEFAULTS,
        own: "OwnRules | None" = None,
    ) -> None:
        weigh = {**(points or {}), **(own.points if own else {})}
        self.settings = own.settings if own else settings
        self._own = own
        sections: dict[str, list[tuple[Check, str, float]]] = {}
        for rule in RULES:
            sections.setdefault(rule.needs, []).append((rule.check, rule.symbol, weigh.get(rule.symbol, rule.points)))
        self._sections = tuple(section for section in sections.items() if section[0] not in _WORDING)
        self._wording = tuple(section for section in sections.items() if section[0] in _WORDING)
        self._may_leave_out = own is None and all(weigh.get(one.symbol, 0.0) <= one.points for one in _bounded())
        shipped = (replace(one, points=weigh.get(one.symbol, one.points)) for one in COMPOSITES)
        self.composites = (*shipped, *(own.composites if own else ()))
        self._triggers = triggers(self.composites)

    def judge(
        self, message: Message, envelope: Envelope, model_hits: Sequence[Hit], *, thorough: bool = False
    ) -> list[Hit]:
        """All hits on `message`: shipped rules, own ones, lists, composites; these also see what the model thinks.

        `thorough` looks for wording even where it could change nothing, for who counts hits.
        """
        evidence = Evidence(message, envelope, self.settings)
        found = self.facts(evidence, 0.0 if thorough else _sum(model_hits))
        if self._triggers is not None and self._triggers.isdisjoint([hit.symbol for hit in found]):
            return found
        return found + composite_hits(model_hits, found, self.composites)

    def facts(self, evidence: Evidence, model_points: float = 0.0) -> list[Hit]:
        """All hits but composites, which need to know what the model thinks: shipped rules, own ones and lists."""
        found = self.hits(evidence, model_points)
        if self._own:
            found += self._own.rows.hits(evidence)
            found += self._own.listing.hits(evidence) if self._own.listing else ()
        return found

    def hits(self, evidence: Evidence, model_points: float = 0.0) -> list[Hit]:
        """A hit for each shipped rule that is true; rules that need the same are asked together.

        Wording is dear to look for. It is left out where it could not make spam of a message any more; never if an
        operator has rules, which may build on it, or if it counts more than by its prior.
        """
        found = _ask(self._sections, evidence)
        beyond = self._may_leave_out and model_points + _sum(found) <= _BEYOND_WORDING
        return found if beyond else found + _ask(self._wording, evidence)


def _bounded() -> Iterator[Rule | Composite]:
    """What `_BEYOND_WORDING` was measured with: rules on wording for spam, and all composites for spam."""
    yield from (rule for rule in RULES if rule.needs in _WORDING and rule.points > 0.0)
    yield from (one for one in COMPOSITES if one.points > 0.0)


def _sum(hits: Sequence[Hit]) -> float:
    return math.fsum([hit.points for hit in hits])


def _ask(sections: Sections, evidence: Evidence) -> list[Hit]:
    found = []
    for needs, rules in sections:
        if not needs or getattr(evidence, needs):
            for check, symbol, points in rules:
                detail = check(evidence)
                if detail is not None:
                    found.append(Hit(symbol, points, detail))
    return found


def triggers(composites: Iterable[Composite]) -> frozenset[str] | None:
    """Symbols of which one is there whenever a composite is true; None if one may be true without any.

    What the model thinks is true of every message, so it triggers nothing by itself.
    """
    found = [one.triggers for one in composites]
    if any(one is None or not one.isdisjoint(MODEL) for one in found):
        return None
    return frozenset[str]().union(*(one for one in found if one is not None))


def composite_hits(
    model_hits: Sequence[Hit], found: Sequence[Hit], composites: Iterable[Composite] | None = None
) -> list[Hit]:
    """A hit for each of the `composites` (None: those that ship) that is true of what model and rules found.

    A composite sees those before it.
    """
    points = _sum(model_hits)
    symbols = {hit.symbol for hit in found}
    if points >= 0.0:
        symbols.add(MODEL_SPAM)
    elif points <= HAM_AT:
        symbols.add(MODEL_HAM)
    hits = []
    for one in COMPOSITES if composites is None else composites:
        if one.holds(symbols):
            hits.append(Hit(one.symbol, one.points, one.detail(symbols)))
            symbols.add(one.symbol)
    return hits
