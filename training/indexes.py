"""Files that list messages with their labels: TREC indexes (`spam ../data/1`) and CSV (`path,label`)."""

import csv
import io
import re
from collections.abc import Iterator
from typing import IO

from filter.mailfiles import Unreadable

LABELS = ("ham", "spam")
_TREC_LINE = re.compile(rb"(ham|spam)\s+(\S.*)", re.I)
_LINE = 64 * 1024


def is_trec(first: bytes) -> bool:
    """Whether a file that begins with the line `first` is a TREC index."""
    return _TREC_LINE.fullmatch(first.strip()) is not None


def trec(file: IO[bytes], label: str, name: str) -> Iterator[str | Unreadable]:
    """Paths of the class `label`, as they are written in the index `name`; lines that say nothing are named."""
    number = 0
    while line := file.readline(_LINE):
        number += 1
        match = _TREC_LINE.fullmatch(line.strip())
        if match is None:
            if line.strip():
                yield Unreadable(f"{name}:{number}", "is no line `ham PATH` or `spam PATH`")
        elif match[1].decode().lower() == label:
            yield match[2].decode("utf-8", "surrogateescape")


def table(file: IO[bytes], label: str, name: str) -> Iterator[str | Unreadable]:
    """Paths of the class `label` in the CSV `name`: columns path and label, in any order if its first row says so."""
    text = io.TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="")
    rows = csv.reader(text, strict=True)
    columns = (0, 1)
    try:
        for number, row in enumerate(rows):
            header = [cell.strip().lower() for cell in row]
            if number == 0 and "path" in header and "label" in header:
                columns = header.index("path"), header.index("label")
            elif row:
                yield from _row(row, columns, label, f"{name}:{rows.line_num}")
    except csv.Error as error:
        yield Unreadable(f"{name}:{rows.line_num}", f"{error}; the rest is not read")
    finally:
        text.detach()


def _row(row: list[str], columns: tuple[int, int], label: str, where: str) -> Iterator[str | Unreadable]:
    if len(row) <= max(columns):
        yield Unreadable(where, "has no column for path and label")
        return
    path, found = row[columns[0]].strip(), row[columns[1]].strip().lower()
    if found not in LABELS or not path:
        yield Unreadable(where, f"the label {found!r} is neither ham nor spam" if path else "has no path")
    elif found == label:
        yield path
