"""Where mail lies: this machine's files here, object stores in `remote.py`; both are listed and opened alike."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from filter.mailfiles import Unreadable

TRASHED = "DT"
"""Flags of a Maildir's messages that are left out: draft and trashed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder. `regular`: an ordinary file, which can be opened without waiting for anybody."""

    name: str
    folder: bool
    link: bool = False
    regular: bool = True


class Place(Protocol):
    """A tree of files. All methods raise OSError or ValueError where something cannot be read."""

    def is_folder(self, path: str) -> bool:
        """Whether `path` is a folder. Raises FileNotFoundError if nothing is there."""

    def entries(self, folder: str) -> list[Entry]:
        """What is in `folder`, sorted by name."""

    def open(self, path: str) -> IO[bytes]:
        """The bytes of a file, read as they are asked for."""

    def size(self, path: str) -> int | None:
        """Bytes of a file, None if that is not known."""

    def join(self, folder: str, name: str) -> str:
        """The path of `name`, which may be relative or absolute, seen from `folder`."""

    def parent(self, path: str) -> str:
        """The folder that `path` is in."""

    def name(self, path: str) -> str:
        """What people call `path`: with the scheme of its address."""


class Local:
    """The files of this machine."""

    def is_folder(self, path: str) -> bool:
        """Whether `path` is a folder."""
        Path(path).stat()
        return Path(path).is_dir()

    def entries(self, folder: str) -> list[Entry]:
        """What is in `folder`, sorted by name."""
        with os.scandir(folder) as found:
            rows = [Entry(e.name, e.is_dir(), e.is_symlink(), e.is_file() or not Path(e.path).exists()) for e in found]
        return sorted(rows, key=lambda entry: entry.name)

    def open(self, path: str) -> IO[bytes]:
        """The bytes of a file."""
        return Path(path).open("rb")

    def size(self, path: str) -> int | None:
        """Bytes of a file; None of a pipe."""
        return Path(path).stat().st_size if Path(path).is_file() else None

    def join(self, folder: str, name: str) -> str:
        """`name` seen from `folder`."""
        return str(Path(folder) / name)

    def parent(self, path: str) -> str:
        """The folder that `path` is in."""
        return str(Path(path).parent)

    def name(self, path: str) -> str:
        """The path itself."""
        return path


def files(place: Place, path: str, trashed: bool = False) -> Iterator[str | Unreadable]:
    """The files at or below `path`, without hidden ones; what is left out or cannot be listed is named.

    A Maildir gives `cur` and `new`, without messages flagged draft or trashed unless `trashed`; an MH folder (which
    has `.mh_sequences`) gives its numbered files in the order of their numbers.
    """
    if not place.is_folder(path):
        yield path
        return
    yield from _below(place, path, trashed)


def _below(place: Place, folder: str, trashed: bool) -> Iterator[str | Unreadable]:
    try:
        entries = place.entries(folder)
    except OSError as error:  # the folders beside it are still read
        yield Unreadable(place.name(folder), error.strerror or str(error))
        return
    names = {entry.name for entry in entries}
    if {"cur", "new"} <= {entry.name for entry in entries if entry.folder}:
        for box in ("cur", "new"):
            yield from _maildir(place, place.join(folder, box), trashed)
    else:
        chosen = [entry for entry in entries if not entry.name.startswith(".")]
        if ".mh_sequences" in names:
            yield from _left_out(
                place.name(folder),
                sum(not _is_mh(e) for e in chosen),
                "that are no numbered messages of this MH folder",
            )
            chosen = sorted(filter(_is_mh, chosen), key=_number)
        yield from _entries(place, folder, chosen, trashed)


def _is_mh(entry: Entry) -> bool:
    return entry.folder or (entry.name.isascii() and entry.name.isdigit())


def _number(entry: Entry) -> tuple[int, str]:
    """By length first: the order of the numbers, however long."""
    digits = entry.name.lstrip("0")
    return (len(digits), digits) if not entry.folder else (1 << 30, entry.name)


def _maildir(place: Place, box: str, trashed: bool) -> Iterator[str | Unreadable]:
    try:
        entries = [entry for entry in place.entries(box) if not entry.name.startswith(".")]
    except OSError as error:
        yield Unreadable(place.name(box), error.strerror or str(error))
        return
    kept = [entry for entry in entries if trashed or not set(flags(entry.name)) & set(TRASHED)]
    yield from _left_out(
        place.name(box), len(entries) - len(kept), "messages flagged as draft or trashed (see --with-trashed)"
    )
    yield from _entries(place, box, kept, trashed)


def _left_out(folder: str, number: int, what: str) -> Iterator[Unreadable]:
    if number:
        yield Unreadable(folder, f"left out {number:,} {what}")


def flags(name: str) -> str:
    """Flags in a Maildir file's name: the letters after `:2,` (`;2,` or `!2,` where a colon cannot be in a name)."""
    for sign in ":;!":
        base, mark, letters = name.rpartition(f"{sign}2,")
        if mark and base:
            return letters
    return ""


def _entries(place: Place, folder: str, entries: list[Entry], trashed: bool) -> Iterator[str | Unreadable]:
    for entry in entries:
        path = place.join(folder, entry.name)
        if not entry.folder:
            yield path if entry.regular else Unreadable(place.name(path), "is no ordinary file")
        elif entry.link:  # a link upwards would never end
            yield Unreadable(place.name(path), "is a link to a folder, which is not followed")
        else:
            yield from _below(place, path, trashed)
