"""On which line of a TOML file something stands: `tomllib` reads values, but does not say where they were.

The text must be one that tomllib takes; so this reads lightly, and only keeps apart what could be mistaken: strings,
comments, brackets. A path is made of the keys that lead to a value and of the numbers of elements in arrays.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import NamedTuple

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'''(?P<string>"""(?:[^"\\]|\\[\s\S]|"(?!""))*+"{3,5}|\'\'\'(?:[^']|'(?!''))*+'{3,5}|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')'''
    r"|(?P<comment>\#[^\n]*+)|(?P<newline>\n)|(?P<mark>[\[\]{},=.])|(?P<bare>[^\s\[\]{},=.\"'\#]++)"
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def lines(text: str) -> dict[Path, int]:
    """The line (from 1) of every table, key and array element outside of inline tables."""
    return _Finder(text).found


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "comment":
            yield _Token(kind, match[0], line)
        line += match[0].count("\n")
    yield _Token("newline", "\n", line)


class _Finder:
    """One walk over the tokens, statement by statement."""

    def __init__(self, text: str) -> None:
        self._stream = _tokens(text)
        self._arrays: dict[Path, int] = {}  # how many [[tables]] of this path there were
        self.found: dict[Path, int] = {}
        table: Path = ()
        for token in self._stream:
            if token.text == "[":
                table = self._header(token.line)
            elif token.kind != "newline":
                self._statement(token, table)

    def _note(self, path: Path, line: int) -> None:
        for end in range(1, len(path) + 1):
            self.found.setdefault(path[:end], line)

    def _header(self, line: int) -> Path:
        """[table] or [[table]], without the bracket that was read."""
        token = next(self._stream)
        is_array = token.text == "[" and token.kind == "mark"
        keys = self._keys(next(self._stream) if is_array else token, "]")
        if is_array:
            next(self._stream)
        path: Path = ()
        for number, key in enumerate(keys, 1):
            path = (*path, key)
            if is_array and number == len(keys):
                self._arrays[path] = self._arrays.get(path, 0) + 1
            if path in self._arrays:
                path = (*path, self._arrays[path] - 1)
        self._note(path, line)
        return path

    def _keys(self, token: _Token, end: str) -> list[str]:
        """The parts of a dotted key that begins with `token`, up to the mark `end`."""
        keys = []
        while token.kind != "mark" or token.text != end:
            if token.kind != "mark":
                keys.append(_plain(token))
            token = next(self._stream)
        return keys

    def _statement(self, token: _Token, table: Path) -> None:
        path = (*table, *self._keys(token, "="))
        self._note(path, token.line)
        token, depth = next(self._stream), 0
        if token.text == "[":
            self._elements(path)
            token = next(self._stream)
        while depth or token.kind != "newline":
            depth += _depth(token)
            token = next(self._stream)

    def _elements(self, path: Path) -> None:
        """The elements of an array whose bracket was read."""
        number, depth = 0, 1
        while depth:
            token = next(self._stream)
            depth += _depth(token)
            if token.text == "," and depth == 1:
                number += 1
            elif token.kind != "newline" and depth:
                self.found.setdefault((*path, number), token.line)


def _depth(token: _Token) -> int:
    if token.kind != "mark":
        return 0
    return (token.text in "[{") - (token.text in "]}")


def _plain(token: _Token) -> str:
    if token.kind == "bare":
        return token.text
    return str(tomllib.loads(f"key = {token.text}")["key"])
