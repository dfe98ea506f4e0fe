"""Judging one message: bytes and envelope in, verdict out. Every door and command goes through here."""

import math
from pathlib import Path

from filter import selftest
from filter.classifier import Classifier
from filter.envelope import NO_ENVELOPE, Envelope
from filter.features import extract
from filter.message import parse
from filter.rules.catalogue import SECTIONS
from filter.rules.composites import COMPOSITES, MODEL_HAM, MODEL_SPAM
from filter.rules.evidence import Evidence
from filter.verdict import HAM_AT, Hit, Verdict
from models import model


class Scanner:
    """One model and the rules. Immutable."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier

    @classmethod
    def load(cls, folder: Path | None = None) -> "Scanner":
        """Load, check and self-test the model in `folder` (default: the shipped one). Raises ModelError."""
        loaded = model.load(folder or model.DEFAULT)
        classifier = Classifier(loaded)
        selftest.check(classifier, loaded)
        return cls(classifier)

    def scan(self, raw: bytes, envelope: Envelope = NO_ENVELOPE, clues: int = 0) -> Verdict:
        """Judge the message `raw`; with up to `clues` tokens named behind each field of the model."""
        message = parse(raw)
        model_hits = self.classifier.hits(extract(message, self.classifier.fields), clues)
        found = rule_hits(Evidence(message, envelope))
        return Verdict((*model_hits, *found, *composite_hits(model_hits, found)))


def rule_hits(evidence: Evidence) -> list[Hit]:
    """A hit for each rule that is true, in the order of the catalogue."""
    hits = []
    for may_hold, rules in SECTIONS:
        for rule in rules if may_hold(evidence) else ():
            detail = rule.check(evidence)
            if detail is not None:
                hits.append(Hit(rule.symbol, rule.points, detail))
    return hits


def composite_hits(model_hits: list[Hit], found: list[Hit]) -> list[Hit]:
    """A hit for each composite that is true of what the model and the rules found."""
    points = math.fsum(hit.points for hit in model_hits)
    symbols = {hit.symbol for hit in found}
    if points >= 0.0:
        symbols.add(MODEL_SPAM)
    elif points <= HAM_AT:
        symbols.add(MODEL_HAM)
    return [Hit(one.symbol, one.points, one.detail(symbols)) for one in COMPOSITES if one.holds(symbols)]
