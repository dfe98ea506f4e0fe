"""What is wrong with an operator's files: all of it at once, each on a line that says what to write instead."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from filter.tomlfile.errors import TomlFileError
from filter.tomlfile.lines import Path as Key

MOST = 100
_SHOWN = 60


class Problems:
    """Collects what is wrong with one TOML file and the lists that it names."""

    def __init__(self, file: Path, lines: Mapping[Key, int]) -> None:
        self.file = file
        self._lines = lines
        self._found: dict[str, None] = {}

    def line(self, key: Key) -> int:
        """Where `key` stands, or what it is a part of."""
        return next((self._lines[key[:end]] for end in range(len(key), 0, -1) if key[:end] in self._lines), 1)

    def add(self, key: Key, wrong: str, instead: str) -> None:
        """Note what is wrong at `key` of the TOML file."""
        self.add_at(self.file, self.line(key), f"{wrong}: {instead}")

    def add_at(self, file: Path, line: int, text: str) -> None:
        """Note what is wrong on a line of any file; what is said twice is noted once."""
        if len(self._found) <= MOST:
            self._found[f"{file}:{line}: {text}"] = None

    def raise_any(self) -> None:
        """Raises TomlFileError if anything was noted."""
        if self._found:
            lines = sorted(self._found, key=_place)
            raise TomlFileError(self.file, [*lines[:MOST], *([f"{self.file}:1: and more"] * (len(lines) > MOST))])


def _place(line: str) -> tuple[str, int]:
    file, number, _ = line.split(":", 2)
    return file, int(number)


def shown(value: object) -> str:
    """`value` as it may stand in one line."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def choices(word: str, known: Iterable[str], most: int = 12, manual: str = "see hamgate rules list") -> str:
    """What to write instead of `word`: the nearest of `known`, or all of them if they are few."""
    options = list(known)
    near = get_close_matches(word, options, n=1) or get_close_matches(word.upper(), options, n=1)
    if near:
        return f"write {near[0]}"
    return f"write one of {', '.join(options)}" if len(options) <= most else manual
