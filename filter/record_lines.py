"""Records read back: from the fields of JSON, and from a line of the log in either of its formats."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from filter.record import Record

MAX_LINE = 64 * 1024
"""Characters; a longer line is not ours."""
_TEXTS = tuple(one.name for one in fields(Record) if one.type is str)
_START = re.compile(r"(?:^|\s)ref=(?P<ref>[0-9A-F]{8}) action=")
_DATED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ")
_HIT = re.compile(r"([A-Z][A-Z0-9_]{0,63}):([+-]\d{1,7}\.\d\d)")
_KEYS = "ref action would score reply size from to login listener queue client reason hits".split()
_SAME = ("ref", "action", "would", "reply", "login", "listener", "queue", "client", "reason")
"""Keys of the text that are names of fields, too."""
_MORE = re.compile(r"(.*)\+(\d{1,9})", re.DOTALL)


def from_fields(content: Mapping[str, Any]) -> Record:
    """A record of its fields. Unknown ones are left out: older and newer rows can be read. Raises ValueError."""
    try:
        known: dict[str, Any] = {name: str(content[name]) for name in _TEXTS if name in content}
        score = content.get("score")
        return Record(
            **known,
            time=_time(content.get("time", 0.0)),
            score=None if score is None else _finite(score),
            size=int(content.get("size", 0)),
            recipients=int(content.get("recipients", 0)),
            hits=tuple((str(symbol), _finite(points)) for symbol, points in content.get("hits", ())),
            seconds={str(step): _finite(taken) for step, taken in dict(content.get("seconds", {})).items()},
        )
    except (TypeError, KeyError, OverflowError, AttributeError) as error:
        raise ValueError(f"no record: {error}") from error


def from_line(line: str) -> Record | None:
    """The record in a line of the log, whatever stands before it; None if there is none."""
    if len(line) > MAX_LINE:
        return None
    begin = line.find("{")
    if begin != -1 and '"ref"' in line:
        return _from_json(line[begin:])
    found = _START.search(line)
    return _from_text(line, found.start("ref") - len("ref=")) if found else None


def _from_json(text: str) -> Record | None:
    try:
        content = json.loads(text)
        return from_fields(content) if isinstance(content, dict) else None
    except (ValueError, RecursionError):
        return None


def _from_text(line: str, begin: int) -> Record | None:
    words = dict(_words(line[begin:].rstrip()))
    recipient, recipients = _recipient(words.get("to", ""))
    content: dict[str, Any] = {key: words.get(key, "") for key in _SAME}
    content |= {"sender": words.get("from", ""), "recipient": recipient, "recipients": recipients}
    content |= {"size": words.get("size", 0), "hits": _HIT.findall(words.get("hits", ""))}
    content["score"] = None if words.get("score", "-") == "-" else words["score"]
    try:
        return from_fields(content | {"time": _local(line)})
    except ValueError:
        return None


def _local(line: str) -> float:
    """The time at the beginning of a line of our log, on this machine's clock; 0 if there is none."""
    dated = _DATED.match(line)
    return datetime.strptime(dated[0], "%Y-%m-%d %H:%M:%S,%f ").astimezone().timestamp() if dated else 0.0


def _words(text: str) -> Iterator[tuple[str, str]]:
    """The keys in the order in which they are written, and what stands between them.

    Quoted text may hold what looks like a key, so it is skipped; what stands before the last one, the hits, is taken
    from the end.
    """
    last = text.rfind(" hits=")
    places, at = [(0, "ref")], 0
    for key in _KEYS[1:-1]:
        found = text.find(f" {key}=", at, last if last > 0 else None)
        if found != -1:
            places.append((found + 1, key))
            at = _after_quotes(text, found + len(key) + 2)
    if last > 0:
        places.append((last + 1, _KEYS[-1]))
    for (start, key), (end, _) in pairwise([*places, (len(text) + 1, "")]):
        yield key, text[start + len(key) + 1 : end - 1]


def _after_quotes(text: str, at: int) -> int:
    """Where the `repr` that begins at `at` ends; `at` if there is none."""
    begin = at + text.startswith("b", at)
    quote = text[begin : begin + 1]
    if quote not in ("'", '"'):
        return at
    place = begin + 1
    while place < len(text) and text[place] != quote:
        place += 1 + (text[place] == "\\")
    return min(place + 1, len(text))


def _recipient(text: str) -> tuple[str, int]:
    more = _MORE.fullmatch(text)
    return (more[1], int(more[2]) + 1) if more else (text, int(bool(text)))


def _time(value: Any) -> float:
    """Seconds since the epoch, of such a number or of ISO 8601."""
    if isinstance(value, str):
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    return _finite(value)


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number
