"""Patterns that are looked for together, in one pass over a text in linear time.

RE2 has no backtracking, so no text can make it slow; where its package has no wheel (musl), the `regex` library does
the same pattern by pattern. Patterns are RE2 syntax, case-insensitive unless they say otherwise; a space stands for
any run of white space, so that line breaks need not be taken out of texts.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import regex

try:
    import re2
except ImportError:  # no wheel for this platform
    re2 = None

_SPACE = regex.compile(r"\\.|\[(?:\\.|[^\]\\])*+\]| (?=[*+{])| \??")
_RUNS = {" ": r"\s+", " ?": r"\s*"}
NONE: frozenset[str] = frozenset()
_MEMORY = 64 << 20
"""Bytes of automaton that a set may keep; when they are full, RE2 begins it anew."""
_SECONDS = 0.05
"""What a pattern may take without RE2, where texts could make it slow; then it counts as not found."""


class CueSet:
    """Named patterns over one kind of text. Immutable; compiled when first used."""

    def __init__(self, patterns: Mapping[str, str], *, linear: bool = re2 is not None, any_space: bool = True) -> None:
        """`linear` False uses the `regex` library although RE2 is there, to compare the two.

        `any_space` False takes a space as just that.
        """
        self.names = tuple(patterns)
        self._patterns = tuple(map(_with_any_space, patterns.values()) if any_space else patterns.values())
        self._linear = linear
        self._compiled: dict[str, Any] = {}

    @cached_property
    def _set(self) -> "re2.Set":
        compiled = re2.Set.SearchSet(_options(_MEMORY))
        for pattern in self._patterns:
            compiled.Add(pattern)
        compiled.Compile()
        return compiled

    @cached_property
    def _singly(self) -> tuple["regex.Pattern[str]", ...]:
        return tuple(regex.compile(pattern, regex.IGNORECASE | regex.ASCII) for pattern in self._patterns)

    def matches(self, text: str) -> frozenset[str]:
        """Names of the patterns that occur in `text`."""
        if not text:
            return NONE
        if self._linear:
            found = self._set.Match(text)
            return frozenset([self.names[number] for number in found]) if found else NONE
        return frozenset(name for name, pattern in zip(self.names, self._singly, strict=True) if _search(pattern, text))

    def quote(self, name: str, text: str, most: int = 60) -> str:
        """The first place in `text` where the pattern `name` matches, on one line, for the detail of a hit."""
        if not self._linear:
            match = _search(self._singly[self.names.index(name)], text)
            return " ".join(match[0].split())[:most] if match else ""
        found = self._alone(name).search(text.encode("utf-8", "replace"))  # of bytes: no places to translate
        return " ".join(found[0].decode("utf-8", "replace").split())[:most] if found else ""

    def _alone(self, name: str) -> Any:
        """The pattern `name` compiled by itself, kept: 4 µs a quote instead of 17."""
        if name not in self._compiled:
            self._compiled[name] = re2.compile(self._patterns[self.names.index(name)], _options(_MEMORY // 16))
        return self._compiled[name]


def _with_any_space(pattern: str) -> str:
    """`pattern` with each space as any run of white space, but for those in classes and under other quantifiers."""
    return _SPACE.sub(lambda match: match[0] if match[0] not in _RUNS else _RUNS[match[0]], pattern)


def _options(memory: int) -> "re2.Options":
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = memory
    return options


def _search(pattern: "regex.Pattern[str]", text: str) -> "regex.Match[str] | None":
    try:
        return pattern.search(text, timeout=_SECONDS)
    except TimeoutError:
        return None
