"""What senders know and what the relay has, compared: the invariants that no fault may break.

A sender that hears neither 2xx nor 5xx after its final dot cannot know whether the message was taken and sends it
again (RFC 5321 section 4.5.4.1 and RFC 1047), so each such attempt may leave one copy more. Nothing else may.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.soak.mail import content, digest, is_spam


@dataclass
class Fate:
    """What the sender of one message knows in the end."""

    reply: bytes = b""
    attempts: int = 0
    ambiguous: int = 0
    """Attempts that ended after the final dot without 2xx or 5xx."""


@dataclass(frozen=True)
class Copy:
    """One message that the relay has. `queue_id` tells copies apart if the relay may itself deliver one twice."""

    number: int | None
    digest: str
    marked: bool
    queue_id: str


@dataclass(frozen=True)
class Problem:
    """A broken invariant: lost, duplicate, damaged, unmarked, unknown, spam, refused or unfinished."""

    kind: str
    text: str


def problems(fates: Mapping[int, Fate], copies: Iterable[Copy]) -> Iterator[Problem]:
    """Everything that must not be."""
    found: dict[int, dict[str, Copy]] = defaultdict(dict)
    for copy in copies:
        if copy.number is None or copy.number not in fates:
            yield Problem("unknown", f"nobody sent {copy}")
            continue
        found[copy.number][copy.queue_id] = copy
        if copy.digest != digest(content(copy.number)):
            yield Problem("damaged", f"{copy}")
        if not copy.marked:
            yield Problem("unmarked", f"{copy}")
    for number, fate in fates.items():
        yield from _of_one(number, fate, len(found[number]))


def _of_one(number: int, fate: Fate, copies: int) -> Iterator[Problem]:
    text = f"m{number}: {copies} copies, {fate}"
    if is_spam(number):
        if copies or fate.reply[:1] == b"2":
            yield Problem("spam", text)
    elif fate.reply[:1] == b"5":
        yield Problem("refused", text)
    if fate.reply[:1] not in (b"2", b"5"):
        yield Problem("unfinished", text)
    if fate.reply[:1] == b"2" and copies == 0:
        yield Problem("lost", text)
    if copies > (fate.reply[:1] == b"2") + fate.ambiguous:
        yield Problem("duplicate", text)
