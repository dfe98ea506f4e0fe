"""Labelled mail from wherever operators keep it: everything `hamgate score` reads, archives and TREC indexes.

Archives are read member by member in memory, never unpacked to disk; sizes are capped.
"""

import io
import re
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from filter import mailfiles
from filter.mailfiles import LARGEST_MESSAGE, Mail, Unreadable

LARGEST_ARCHIVE = 16 << 30
"""Bytes that all members of one archive may have together once unpacked."""

_TAR = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2")
_TREC_LINE = re.compile(rb"(ham|spam)\s+(\S.*)", re.I)


def read(path: str, label: str) -> Iterator[Mail | Unreadable]:
    """Messages of the class `label` ("ham" or "spam") under `path`.

    `ARCHIVE::FOLDER` names a folder inside an archive. Of a TREC index, the lines of this label are read.
    """
    archive, _, folder = path.partition("::")
    try:
        if archive.endswith(_TAR):
            yield from _tar_members(archive, folder)
        elif archive.endswith(".zip"):
            yield from _zip_members(archive, folder)
        elif Path(path).is_file() and _is_trec_index(Path(path)):
            yield from _trec_messages(Path(path), label)
        else:
            for file in mailfiles.files(path):
                yield from mailfiles.messages(file)
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, RuntimeError) as error:
        yield Unreadable(path, getattr(error, "strerror", None) or str(error) or type(error).__name__)


def count(paths: tuple[str, ...]) -> int | None:
    """How many files `paths` are, for a progress bar; None if an archive or index hides their number."""
    if any("::" in path or path.endswith((*_TAR, ".zip")) for path in paths):
        return None
    try:
        return sum(1 for path in paths for _ in mailfiles.files(path))
    except OSError:
        return None  # reading will name what is wrong


def _tar_members(path: str, folder: str) -> Iterator[Mail | Unreadable]:
    budget = LARGEST_ARCHIVE
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            if not member.isfile() or not _is_below(member.name, folder):
                continue
            budget -= member.size
            if budget < 0:
                yield Unreadable(path, f"holds more than {LARGEST_ARCHIVE >> 30} GiB; the rest is not read")
                return
            file = archive.extractfile(member)
            if file is not None:
                yield from _member(file, f"{path}::{member.name}")


def _zip_members(path: str, folder: str) -> Iterator[Mail | Unreadable]:
    budget = LARGEST_ARCHIVE
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.is_dir() or not _is_below(member.filename, folder):
                continue
            with archive.open(member) as file:
                for mail in _member(file, f"{path}::{member.filename}"):
                    budget -= len(mail.raw) if isinstance(mail, Mail) else 0
                    yield mail
            if budget < 0:
                yield Unreadable(path, f"holds more than {LARGEST_ARCHIVE >> 30} GiB; the rest is not read")
                return


def _is_below(name: str, folder: str) -> bool:
    return name.removeprefix("./").startswith(folder.strip("/") + "/" if folder else "")


def _member(file: IO[bytes], name: str) -> Iterator[Mail | Unreadable]:
    """Messages of one archive member; an mbox may be longer than one message, so it gets eight times the room."""
    data = io.BytesIO(file.read(8 * LARGEST_MESSAGE))
    if mailfiles.is_mbox(data, name):
        yield from mailfiles.split_mbox(data, name)
    else:
        raw = data.read(LARGEST_MESSAGE)
        yield Mail(name, raw) if raw.strip() else Unreadable(name, "is empty")


def _is_trec_index(path: Path) -> bool:
    with path.open("rb") as file:
        return _TREC_LINE.fullmatch(file.readline(4096).strip()) is not None


def _trec_messages(index: Path, label: str) -> Iterator[Mail | Unreadable]:
    with index.open("rb") as file:
        for line in file:
            match = _TREC_LINE.fullmatch(line.strip())
            if match is not None and match[1].decode().lower() == label:
                yield from mailfiles.messages(str(index.parent / match[2].decode("utf-8", "surrogateescape")))
