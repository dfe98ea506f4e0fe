"""Reading an operator's files within bounds, and noticing when one of them has changed."""

import stat
from pathlib import Path
from typing import NamedTuple


class Stamp(NamedTuple):
    """What tells two versions of a file apart."""

    device: int
    inode: int
    size: int
    changed: int


class Files:
    """The files that were read, each with the version that was."""

    def __init__(self) -> None:
        self._stamps: dict[Path, Stamp | None] = {}

    def __len__(self) -> int:
        return len(self._stamps)

    def read(self, path: Path, most: int) -> bytes:
        """The content of `path`. OSError: it cannot be read; ValueError: it is larger than `most` or no file."""
        self._stamps[path] = stamp(path)
        if not stat.S_ISREG(path.stat().st_mode):
            raise ValueError("is no file")  # a pipe would never end
        with path.open("rb") as file:
            content = file.read(most + 1)
        if len(content) > most:
            raise ValueError(f"is larger than {most >> 20} MiB")
        return content

    def changed(self) -> bool:
        """Whether any of them is another version now, is gone, or has come."""
        return any(stamp(path) != before for path, before in self._stamps.items())


def stamp(path: Path) -> Stamp | None:
    """The version of a file; None if there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):  # ValueError: a NUL in its name
        return None
    return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
