"""What weighing rules needs of a message: its tokens, the rules that are true of it, and what it nearly repeats."""

from dataclasses import dataclass

import numpy as np

from filter.message import parse
from filter.rules.catalogue import RULES
from filter.rules.evidence import Evidence
from filter.rules.ruleset import RuleSet
from training import dataset
from training.dataset import Bools, Dataset, Extracted
from training.duplicates import Integers, groups, likeness

NUMBERS = {rule.symbol: number for number, rule in enumerate(RULES)}
"""The column of each rule."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One message: what training keeps of it, the numbers of the rules that hit, and what near-duplicates share."""

    extracted: Extracted
    hits: tuple[int, ...]
    likeness: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return self.extracted.digest


@dataclass(frozen=True, slots=True)
class Mail:
    """`n` messages. `hits`: n x RULES, whether a rule is true; `groups`: n numbers, equal for near-duplicates."""

    data: Dataset
    hits: Bools
    groups: Integers

    def __len__(self) -> int:
        return len(self.data)

    def rows(self, chosen: Integers) -> "Mail":
        """The messages at the given row numbers."""
        return Mail(self.data.rows(chosen), self.hits[chosen], self.groups[chosen])


def judge_batch(messages: list[bytes], fields: tuple[str, ...]) -> list[Judged]:
    """Read messages and try all rules on them; runs in a worker process."""
    rules = RuleSet()
    return [_judge(raw, fields, rules) for raw in messages]


def _judge(raw: bytes, fields: tuple[str, ...], rules: RuleSet) -> Judged:
    message = parse(raw)
    hits = tuple(NUMBERS[hit.symbol] for hit in rules.hits(Evidence(message)))
    return Judged(dataset.extracted(raw, message, fields), hits, likeness(message))


def build(ham: list[Judged], spam: list[Judged], fields: tuple[str, ...]) -> Mail:
    """Both classes, ham first."""
    rows = [*ham, *spam]
    hits = np.zeros((len(rows), len(RULES)), np.bool_)
    for row, judged in zip(hits, rows, strict=True):
        row[list(judged.hits)] = True
    data = dataset.build([row.extracted for row in ham], [row.extracted for row in spam], fields)
    return Mail(data, hits, groups([row.likeness for row in rows]))
