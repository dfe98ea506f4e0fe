"""Lists in an operator's file: entries in place, and files of them, named as "file:NAME"."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from filter.rules.own.entries import Members
from filter.rules.own.table import Table
from filter.tomlfile.files import Files
from filter.tomlfile.lines import Path as Key
from filter.tomlfile.problems import Problems, shown

FILE = "file:"
MOST_ENTRIES = 1_000_000
MOST_BYTES = 64 << 20
_COMMENT = re.compile(r"(?:^|\s)#.*")

Kind = TypeVar("Kind", bound=Members)


class ListReader:
    """Reads the lists of one TOML file; `count` says how many there were."""

    def __init__(self, folder: Path, files: Files, problems: Problems) -> None:
        self._folder = folder
        self._files = files
        self._problems = problems
        self.count = 0

    def read(self, table: Table, name: str, members: Kind) -> Kind:
        """Fill `members` with the list `name` of `table`, if there is one."""
        entries = table.texts(name)
        self.count += bool(entries)
        for number, entry in enumerate(entries):
            key = (*table.key, name, number)
            if entry.startswith(FILE):
                self._read_file(self._folder / entry.removeprefix(FILE), members, key)
            elif entry:
                self._put(entry, members, self._problems.file, self._problems.line(key))
        return members

    def _read_file(self, path: Path, members: Members, key: Key) -> None:
        for number, line in enumerate(self._lines(path, key), 1):
            entry = _COMMENT.sub("", line).strip() if "#" in line else line.strip()
            if entry:
                self._put(entry, members, path, number)
            if len(members) > MOST_ENTRIES:
                self._problems.add(key, f"more than {MOST_ENTRIES} entries", "write fewer, or several lists")
                return

    def _put(self, entry: str, members: Members, file: Path, line: int) -> None:
        try:
            members.add(entry)
        except ValueError as error:
            self._problems.add_at(file, line, f"{shown(entry)} {error}")

    def _lines(self, path: Path, key: Key) -> Iterator[str]:
        try:
            content = self._files.read(path, MOST_BYTES).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self._problems.add_at(path, line, "not UTF-8: write the list in UTF-8")
        except OSError as error:
            self._problems.add(
                key, f"{path} cannot be read ({error.strerror})", f'write "{FILE}" and the name of a file'
            )
        except ValueError as error:
            self._problems.add(key, f"{path} {error}", f'write "{FILE}" and the name of a file, an entry on each line')
        else:
            yield from content.split("\n")
