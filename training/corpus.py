"""Labelled mail from wherever operators keep it: files, folders, archives, indexes, object stores.

What could not be read is named beside the messages that could: nothing is lost in silence.
"""

from collections.abc import Iterator

from filter import mailfiles
from filter.mailfiles import Mail, Unreadable
from training import indexes, members, places, remote
from training.places import Place
from training.streams import ERRORS, reason

Found = Iterator[Mail | Unreadable]


def read(path: str, label: str, trashed: bool = False) -> Found:
    """Messages of the class `label` ("ham" or "spam") under `path`.

    `ARCHIVE::FOLDER` names a folder inside an archive. Of a TREC index or a CSV, the lines of this label are read.
    `trashed`: of a Maildir, drafts and trashed messages too.
    """
    empty = True
    for found in _read(path, label, trashed):
        empty = False
        yield found
    if empty:
        yield Unreadable(path, "holds no message")


def _read(path: str, label: str, trashed: bool) -> Found:
    if path == "-":
        yield from mailfiles.messages(path)
        return
    archive, _, folder = path.partition("::")
    try:
        place, start = remote.place(archive) if remote.is_address(archive) else (places.Local(), archive)
        for file in places.files(place, start, trashed):
            if isinstance(file, Unreadable):
                yield file
            elif file == start and not file.endswith(members.PACKED) and place.size(file):
                yield from _index_or_messages(place, file, label)
            else:
                yield from _messages(place, file, folder)
    except ERRORS as error:
        yield Unreadable(path, reason(error))


def _messages(place: Place, path: str, folder: str = "") -> Found:
    try:
        with place.open(path) as file:
            yield from members.messages(file, place.name(path), place.size(path), folder)
    except ERRORS as error:
        yield Unreadable(place.name(path), reason(error))


def _index_or_messages(place: Place, path: str, label: str) -> Found:
    """What an index lists, or the messages of another file. Only a file that was named itself can be an index."""
    with place.open(path) as file:
        is_trec = indexes.is_trec(file.readline(4096))
        file.seek(0)
        if path.lower().endswith(".csv"):
            yield from _listed(place, path, indexes.table(file, label, place.name(path)))
        elif is_trec:
            yield from _listed(place, path, indexes.trec(file, label, place.name(path)))
        else:
            yield from members.messages(file, place.name(path), place.size(path))


def _listed(place: Place, index: str, listed: Iterator[str | Unreadable]) -> Found:
    for found in listed:
        if isinstance(found, Unreadable):
            yield found
        else:
            yield from _messages(place, place.join(place.parent(index), found))


def count(paths: tuple[str, ...]) -> int | None:
    """How many files `paths` are, for a progress bar; None where an archive, index or address hides their number."""
    if any("::" in path or remote.is_address(path) or path.endswith((*members.PACKED, ".csv")) for path in paths):
        return None
    try:
        return sum(isinstance(file, str) for path in paths for file in places.files(places.Local(), path))
    except OSError:
        return None  # reading will name what is wrong
