"""What weighing rules needs of a message: its tokens, the rules that are true of it, and what it nearly repeats."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from filter.message import Message, parse
from filter.rules.catalogue import RULES
from filter.rules.evidence import Evidence
from filter.rules.ruleset import RuleSet
from training import dataset
from training.dataset import Bools, Dataset, Extracted

NUMBERS = {rule.symbol: number for number, rule in enumerate(RULES)}
"""The column of each rule."""

Integers = npt.NDArray[np.intp]

_WORD = re.compile(r"[^\W\d_]+")
_REPLY = re.compile(r"\s*(?:(?:re|fwd?|aw|sv)(?:\[\d{1,3}\])?:|\[[^\]]{1,40}\])", re.I)
_SUBJECT, _TEXT = 300, 4000
_FIRST_WORDS = 20
_FEWEST_WORDS = 8


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


def likeness(message: Message) -> tuple[str, ...]:
    """The words of the subject, and the first words of the text; each only if there are enough to tell.

    Letters only: campaigns vary numbers. Marks of replies and lists are left out, so a thread is one group.
    """
    subject, end = message.subject[:_SUBJECT], 0
    while mark := _REPLY.match(subject, end):
        end = mark.end()
    title = _WORD.findall(subject[end:].lower())
    text = _WORD.findall(message.text[:_TEXT].lower())[:_FIRST_WORDS]
    keys = ["s " + " ".join(title)] if len(title) > 1 else []
    return (*keys, "t " + " ".join(text)) if len(text) >= _FEWEST_WORDS else tuple(keys)


def groups(likenesses: Iterable[tuple[str, ...]]) -> Integers:
    """For each message the number of its group: messages that share a key, directly or over others."""
    found = list(likenesses)
    numbers: dict[str, int] = {}
    edges = [(row, numbers.setdefault(key, len(numbers))) for row, keys in enumerate(found) for key in keys]
    size = len(found) + len(numbers)
    rows, keys = np.array(edges, np.intp).reshape(-1, 2).T
    graph = sparse.coo_matrix((np.ones(len(rows), np.bool_), (rows, keys + len(found))), shape=(size, size))
    labels: Integers = connected_components(graph, directed=False)[1][: len(found)]
    return labels
