"""Reading our own headers back: what they say of a message, for who asked as a mail server would."""

import re
from collections.abc import Mapping

_NUMBER = r"-?\d{1,9}(?:\.\d{1,9})?"
_SCORE = re.compile(rf"\bscore=({_NUMBER})")
_REQUIRED = re.compile(rf"\brequired=({_NUMBER})")
_HIT = re.compile(r"([A-Z][A-Z0-9_]{0,63})\(([+-]\d{1,9}\.\d\d)\)")


def score(marks: Mapping[str, str]) -> float | None:
    """Points, from the fields by their names in lower case; None if they do not tell."""
    found = _SCORE.search(marks.get("x-spam-status", marks.get("x-hamgate-monitor", "")))
    return float(found[1]) if found else None


def required(marks: Mapping[str, str]) -> float | None:
    """Points from which a message is tagged; None if that is not told."""
    found = _REQUIRED.search(marks.get("x-spam-status", ""))
    return float(found[1]) if found else None


def hits(marks: Mapping[str, str]) -> tuple[tuple[str, float | None], ...]:
    """Symbols and points of the report, as it orders them."""
    parts = (_HIT.match(part.strip()) for part in marks.get("x-hamgate-report", "").split(";"))
    return tuple((part[1], float(part[2])) for part in parts if part)


def tagged(marks: Mapping[str, str]) -> bool:
    """Whether the message is called spam."""
    return marks.get("x-spam-flag", "").strip().upper() == "YES"
