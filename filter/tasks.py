"""What a server asks of a worker, and what it hears, as JSON. The server reads answers with distrust."""

import json
import math
import re
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, get_args

from filter.envelope import Envelope
from filter.lesson import Done, Lesson, LessonError
from filter.verdict import Clue, Hit, Verdict
from models.symbol import is_symbol

_is_symbol = lru_cache(1024)(is_symbol)
_VERSION = re.compile(r"[0-9A-Za-z._-]{0,64}")
_WORDS = frozenset(get_args(Done))
_LONGEST = 300
"""Characters of a refusal that are believed."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Judge a message, and name up to `clues` tokens behind each field of the model."""

    envelope: Envelope
    clues: int = 0


Task = Scan | Lesson


def to_json(task: Task) -> bytes:
    """Octets travel as the code points 0 to 255."""
    if isinstance(task, Lesson):
        return json.dumps({"lesson": asdict(task)}).encode("ascii")
    envelope = task.envelope
    fields = {
        "sender": None if envelope.sender is None else envelope.sender.decode("latin-1"),
        "recipients": [recipient.decode("latin-1") for recipient in envelope.recipients],
        "client_address": envelope.client_address,
        "helo": envelope.helo.decode("latin-1"),
        "login": envelope.login,
        "listener": envelope.listener,
        "clues": task.clues,
    }
    return json.dumps(fields).encode("ascii")


def from_json(text: bytes) -> Task:
    """Undo `to_json`."""
    fields = json.loads(text)
    if "lesson" in fields:
        return Lesson(**fields["lesson"])
    envelope = Envelope(
        sender=None if fields["sender"] is None else fields["sender"].encode("latin-1"),
        recipients=tuple(recipient.encode("latin-1") for recipient in fields["recipients"]),
        client_address=fields["client_address"],
        helo=fields["helo"].encode("latin-1"),
        login=fields["login"],
        listener=fields["listener"],
    )
    return Scan(envelope, fields["clues"])


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """All that the server needs."""
    return {"hits": [[hit.symbol, hit.points, hit.detail, *hit.clues] for hit in verdict.hits]}


def verdict_from_json(content: Any) -> Verdict:
    """Our headers are made from this. Raises ValueError, KeyError or TypeError if it is no verdict."""
    hits = []
    for symbol, points, detail, *clues in content["hits"]:
        if not _is_symbol(symbol) or not _sane(points):
            raise ValueError("odd hit")
        told = tuple(_clue(*clue) for clue in clues) if clues else ()
        hits.append(Hit(symbol, float(points), str(detail), told))
    return Verdict(tuple(hits), version_from_json(content))


def _clue(token: Any, points: Any) -> Clue:
    if not _sane(points):
        raise ValueError("odd clue")
    return Clue(str(token), float(points))


def _sane(points: Any) -> bool:
    return math.isfinite(points) and abs(points) <= 1e6


def version_from_json(content: Any) -> str:
    """The version of the model that a worker names."""
    version = content["model"]
    if not _VERSION.fullmatch(version):
        raise ValueError("odd version")
    return str(version)


def lesson_from_json(content: Any) -> str | LessonError:
    """What was done, or why nothing could be."""
    if "refused" in content:
        text = str(content["refused"])[:_LONGEST]
        return LessonError("".join(c if c.isprintable() else "?" for c in text))
    if content["done"] not in _WORDS:
        raise ValueError("odd answer")
    return str(content["done"])
