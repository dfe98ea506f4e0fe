"""Judging one message: bytes and envelope in, verdict out. Every door and command goes through here."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from filter import selftest
from filter.classifier import Classifier
from filter.envelope import NO_ENVELOPE, Envelope
from filter.features import extract
from filter.message import Message, parse
from filter.rules.catalogue import RULES
from filter.rules.ruleset import RuleSet
from filter.verdict import Hit, Verdict
from models import model
from models.model import Model

log = logging.getLogger("hamgate.scan")


class Rules(Protocol):
    """What judges by rules: a `RuleSet`, or one that is made again when an operator's file changes."""

    def judge(
        self, message: Message, envelope: Envelope, model_hits: Sequence[Hit], *, thorough: bool = False
    ) -> list[Hit]:
        """All hits on `message`."""


class Scanner:
    """One model and the rules."""

    def __init__(self, classifier: Classifier, rules: Rules) -> None:
        self.classifier = classifier
        self.rules = rules

    @classmethod
    def load(cls, folder: Path | None = None, rules: Path | None = None) -> "Scanner":
        """Load, check and self-test the model in `folder` (default: the shipped one), and an operator's `rules`.

        Points that the model has for rules which this hamgate does not know are left out, with a line in the log.
        Raises ModelError and TomlFileError.
        """
        loaded = model.load(folder or model.DEFAULT)
        classifier = Classifier(loaded)
        selftest.check(classifier, loaded)
        return cls.serving(loaded, classifier, rules)

    @classmethod
    def serving(cls, loaded: Model, classifier: Classifier, rules: Path | None) -> "Scanner":
        """A scanner with a `classifier` made from the model `loaded`, and an operator's `rules` (TomlFileError)."""
        if gone := loaded.rules.keys() - {rule.symbol for rule in RULES}:
            log.warning("model %s weighs rules that are no more: %s", loaded.version, ", ".join(sorted(gone)))
        return cls(classifier, _watched(rules, loaded.rules) if rules else RuleSet(points=loaded.rules))

    @property
    def version(self) -> str:
        """The version of the model."""
        return self.classifier.version

    def scan(self, raw: bytes, envelope: Envelope = NO_ENVELOPE, clues: int = 0, *, thorough: bool = False) -> Verdict:
        """Judge the message `raw`; with up to `clues` tokens named behind each field of the model.

        `thorough` asks every rule, even those that could not change what becomes of the message.
        """
        message = parse(raw, size=envelope.size)
        model_hits = self.classifier.hits(extract(message, self.classifier.fields), clues)
        return Verdict((*model_hits, *self.rules.judge(message, envelope, model_hits, thorough=thorough)))


def _watched(path: Path, points: Mapping[str, float]) -> Rules:
    from filter.rules.own.watch import WatchedRules  # noqa: PLC0415 - most have no rules of their own: 10 ms less

    return WatchedRules(path, points)
