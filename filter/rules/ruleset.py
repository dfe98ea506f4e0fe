"""The rules that a scanner goes by: those that ship, with the points that they count here."""

import math
from collections.abc import Mapping, Sequence

from filter.envelope import Envelope
from filter.message import Message
from filter.rules.catalogue import RULES
from filter.rules.composites import COMPOSITES, MODEL_HAM, MODEL_SPAM
from filter.rules.evidence import Evidence
from filter.rules.rule import Check
from filter.rules.settings import DEFAULTS, RuleSettings
from filter.verdict import HAM_AT, Hit


class RuleSet:
    """Rules, composites and settings. Immutable. `points` replaces the prior of the symbols it names."""

    def __init__(self, points: Mapping[str, float] | None = None, settings: RuleSettings = DEFAULTS) -> None:
        weigh = points or {}
        self.settings = settings
        sections: dict[str, list[tuple[Check, str, float]]] = {}
        for rule in RULES:
            sections.setdefault(rule.needs, []).append((rule.check, rule.symbol, weigh.get(rule.symbol, rule.points)))
        self._sections = tuple(sections.items())

    def judge(self, message: Message, envelope: Envelope, model_hits: Sequence[Hit]) -> list[Hit]:
        """All hits on `message`; composites also see what the model thinks of it."""
        found = self.hits(Evidence(message, envelope, self.settings))
        return found + composite_hits(model_hits, found)

    def hits(self, evidence: Evidence) -> list[Hit]:
        """A hit for each rule that is true; rules that need the same are asked together."""
        found = []
        for needs, rules in self._sections:
            if not needs or getattr(evidence, needs):
                for check, symbol, points in rules:
                    detail = check(evidence)
                    if detail is not None:
                        found.append(Hit(symbol, points, detail))
        return found


def composite_hits(model_hits: Sequence[Hit], found: Sequence[Hit]) -> list[Hit]:
    """A hit for each composite that is true of what the model and the rules found."""
    points = math.fsum(hit.points for hit in model_hits)
    symbols = {hit.symbol for hit in found}
    if points >= 0.0:
        symbols.add(MODEL_SPAM)
    elif points <= HAM_AT:
        symbols.add(MODEL_HAM)
    return [Hit(one.symbol, one.points, one.detail(symbols)) for one in COMPOSITES if one.holds(symbols)]
