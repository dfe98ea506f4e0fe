"""An operator's patterns: checked when they are read, then looked for together in linear time.

Without RE2 the `regex` library does it, pattern by pattern, and all of them have a quarter of a second for a message.
"""

import re
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any

import regex

from filter.rules.cues import CueSet

try:
    import re2
except ImportError:  # no wheel for this platform
    re2 = None

LONGEST = 2000
LARGEST = 100_000
"""Instructions of all patterns of one place together, in RE2's count: what bounds the time of one character."""
_SECONDS = 0.25
_QUOTED = 60
_ODD_TEXT = "\u2603"
# Escapes and classes are passed over, so that only what RE2 does not know is left to be found.
_PASSED_OVER = re.compile(r"\\[pP]\{\w+\}|\\[^0-9gkGKZXRhHR]|\[\^?\]?(?:\\.|[^\]\\])*+\]")
_UNKNOWN_TO_RE2 = re.compile(r"\(\?(?:[=!>(&|#R]|<[=!]|P[=>])|\\[0-9gkGKZXR]|[*+?}]\+|\(\?[a-zA-Z]*[^imsU:P<)-]")
_ESCAPE_OR_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*+\]", re.S)
_RANGES = {r"\d": "0-9", r"\w": "0-9A-Za-z_", r"\s": r"\t\n\f\r "}
_BOUNDARIES = {
    r"\b": "(?:(?<![0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<=[0-9A-Za-z_])(?![0-9A-Za-z_]))",
    r"\B": "(?:(?<![0-9A-Za-z_])(?![0-9A-Za-z_])|(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_]))",
}
_INSTEAD = {
    "lookaround": "RE2 has no lookahead and lookbehind, so that no text can make it slow: write the text itself, "
    'or two rules and when = "A and not B"',
    "reference": "RE2 has no references to groups, so that no text can make it slow: write what may stand there",
}


def defect(pattern: str, *, linear: bool | None = None) -> str:
    """What is wrong with `pattern`, a colon and what to write instead; empty if nothing is."""
    if not pattern:
        return "an empty pattern is true of everything: write what to look for"
    if len(pattern) > LONGEST:
        return f"pattern of {len(pattern)} characters: write {LONGEST} at most, or several rules"
    by_re2 = re2 is not None if linear is None else linear
    why = _re2_defect(pattern) if by_re2 else _regex_defect(pattern)
    if why:
        return f"no RE2 pattern, {why}: {_instead(pattern)}"
    if all(_first(pattern, text, by_re2) is not None for text in ("", _ODD_TEXT)):
        return "the pattern is true of every text: write one that must find something"
    return ""


def _instead(pattern: str) -> str:
    if re.search(r"\(\?(?:[=!]|<[=!])", pattern):
        return _INSTEAD["lookaround"]
    if re.search(r"\\[1-9]|\\[gk]|\(\?P[=>]", pattern):
        return _INSTEAD["reference"]
    return r"see https://github.com/google/re2/wiki/Syntax; a sign that means itself takes a backslash, as \( or \+"


def _re2_defect(pattern: str) -> str:
    options = re2.Options()
    options.log_errors = False
    try:
        size = re2.compile(pattern, options).programsize
    except re2.error as error:
        return error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
    return f"too large ({size} instructions)" if size > LARGEST else ""


def _regex_defect(pattern: str) -> str:
    if found := _UNKNOWN_TO_RE2.search(_PASSED_OVER.sub("x", pattern)):
        return f"invalid operator: {found[0]}"
    try:
        _compiled(pattern)
    except regex.error as error:
        return str(error)
    return ""


def size(patterns: Iterable[str]) -> int:
    """Instructions of `patterns` together."""
    if re2 is None:
        return sum(map(len, patterns))
    return sum(re2.compile(pattern).programsize for pattern in patterns)


class Patterns:
    """Named patterns over one place of a message. Patterns ignore case unless they say `(?-i:...)`."""

    def __init__(self, patterns: Mapping[str, str], *, linear: bool | None = None) -> None:
        """`linear` False uses the `regex` library although RE2 is there, to compare the two."""
        self._patterns = dict(patterns)
        self._linear = re2 is not None if linear is None else linear
        self._set = CueSet(self._patterns, linear=self._linear, any_space=False)

    def find(self, texts: Iterable[str]) -> dict[str, str]:
        """For each pattern that occurs in one of `texts`: the words that it was found by, on one line."""
        found: dict[str, str] = {}
        until = monotonic() + _SECONDS
        for text in texts:
            names = self._set.matches(text) if self._linear else self._slowly(text, until)
            for name in names:
                if name not in found:
                    words = _first(self._patterns[name], text, self._linear) or ""
                    found[name] = " ".join(words.split())[:_QUOTED]
        return found

    def _slowly(self, text: str, until: float) -> list[str]:
        names = []
        for name, pattern in self._patterns.items():
            left = until - monotonic()
            try:
                if left > 0 and text and _compiled(pattern).search(text, timeout=left):
                    names.append(name)
            except TimeoutError:
                break
        return names


def _compiled(pattern: str) -> "regex.Pattern[str]":
    return regex.compile(_ESCAPE_OR_CLASS.sub(_as_ascii, pattern), regex.IGNORECASE)  # the library keeps it


def _as_ascii(match: "re.Match[str]") -> str:
    r"""An escape or class with \d, \w, \s and \b as RE2 means them. The flag for that would also stop \p{Greek}."""
    text = match[0]
    if text[0] == "[":
        return re.sub(r"\\.", lambda escape: _RANGES.get(escape[0], escape[0]), text)
    if text.lower() in _RANGES:
        return f"[{'^' * text[1].isupper()}{_RANGES[text.lower()]}]"
    return _BOUNDARIES.get(text, text)


def _first(pattern: str, text: str, linear: bool) -> str | None:
    """What `pattern` finds first in `text`, None if nothing."""
    try:
        found: Any = (
            re2.search(f"(?i:{pattern})", text) if linear else _compiled(pattern).search(text, timeout=_SECONDS)
        )
    except TimeoutError:
        return None
    return found[0] if found else None
