"""Messages out of .eml files, folders, Maildirs, mbox files and standard input, one at a time."""

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import IO

from filter.message import LIMITS

LARGEST_MESSAGE = LIMITS.message + 1
"""Bytes that are read of one message: one more than are judged, so that the cut is seen."""
_USUAL = 64 * 1024

_SEPARATOR = re.compile(rb"From \S+.{0,40} \d{1,2} \d\d:\d\d(?::\d\d)? .{0,12}\d{4}")
_QUOTED_FROM = re.compile(rb">+From ")
_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Mail:
    """One message and the name under which its verdict is reported: its path, or `path#N` inside an mbox."""

    name: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A path that gave no message, and why."""

    name: str
    why: str


def files(path: str) -> Iterator[str]:
    """The files below `path`: itself, or what a folder or Maildir holds, sorted, without hidden ones.

    A folder that cannot be read stands for itself: who reads it as a file hears why. Pipes,
    sockets and devices in a folder are passed over: to open one may wait for ever.
    """
    folder = Path(path)
    if path == "-" or not folder.is_dir():
        yield path
        return
    is_maildir = (folder / "cur").is_dir() and (folder / "new").is_dir()
    for part in (str(folder / "cur"), str(folder / "new")) if is_maildir else (path,):
        try:
            entries = _entries(part)
        except OSError:
            yield part
            continue
        for entry in entries:
            yield from _under(entry, is_maildir)


def _entries(path: str) -> "list[os.DirEntry[str]]":
    with os.scandir(path) as found:
        return sorted((entry for entry in found if not entry.name.startswith(".")), key=attrgetter("name"))


def _under(entry: "os.DirEntry[str]", in_maildir: bool) -> Iterator[str]:
    if entry.is_dir() and not in_maildir:
        if not entry.is_symlink():  # a link upwards would never end
            yield from files(entry.path)
    elif entry.is_dir() or entry.is_file() or not Path(entry.path).exists():  # who opens a broken link says what it is
        yield entry.path


def messages(path: str) -> Iterator[Mail | Unreadable]:
    """Every message in the file `path`; `-` is one message on standard input."""
    try:
        if path == "-":
            yield from _one(path, sys.stdin.buffer)
            return
        with Path(path).open("rb") as file:
            if is_mbox(file, path):
                yield from split_mbox(file, path)
            else:
                yield from _one(path, file)
    except OSError as error:
        yield Unreadable(path, error.strerror or str(error))


def _one(name: str, file: IO[bytes]) -> Iterator[Mail | Unreadable]:
    raw = file.read(_USUAL)  # to ask for the most at once takes memory for it, 80 us a message
    if len(raw) == _USUAL:
        raw += file.read(LARGEST_MESSAGE - _USUAL)
    if raw.strip():
        yield Mail(name, raw)
    else:
        yield Unreadable("standard input" if name == "-" else name, "is empty")


def is_mbox(file: IO[bytes], name: str) -> bool:
    """Whether a seekable `file` holds an mbox: by its name, or because a second message follows the first.

    Files of one message that begin with a `From ` line are common in archives; they stay one message.
    """
    if name.endswith(".eml"):
        return False
    found = _SEPARATOR.match(file.readline(_LINE)) is not None
    if found and not name.endswith((".mbox", ".mbx")):
        found = next(_separators(file), None) is not None
    file.seek(0)
    return found


def _separators(file: IO[bytes]) -> Iterator[bytes]:
    blank = False
    while line := file.readline(_LINE):
        if blank and _SEPARATOR.match(line):
            yield line
        blank = not line.strip()


def split_mbox(file: IO[bytes], name: str) -> Iterator[Mail]:
    """Messages of an mbox, `name#1` on. Quoted `>From ` lines lose one `>` (mboxrd)."""
    lines: list[bytes] = []
    size = number = 0
    blank = True
    while line := file.readline(_LINE):
        if blank and _SEPARATOR.match(line):
            if number:
                yield Mail(f"{name}#{number}", b"".join(lines))
            number += 1
            lines, size = [], 0
        elif size < LARGEST_MESSAGE:
            lines.append(line[1:] if _QUOTED_FROM.match(line) else line)
            size += len(line)
        blank = not line.strip()
    if number:
        yield Mail(f"{name}#{number}", b"".join(lines))
