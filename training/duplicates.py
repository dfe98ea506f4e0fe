"""Near-duplicates: messages of one campaign or thread, told by the words of their subjects or how their texts begin."""

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from filter.message import Message

Integers = npt.NDArray[np.intp]

_WORD = re.compile(r"[^\W\d_]+")
_REPLY = re.compile(r"\s*(?:(?:re|fwd?|aw|sv)(?:\[\d{1,3}\])?:|\[[^\]]{1,40}\])", re.I)
_SUBJECT, _TEXT = 300, 4000
_FIRST_WORDS = 20
_FEWEST_WORDS = 8


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
