"""Attached files, decoded when a rule asks, and never more of them than is needed."""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from filter import transfer
from filter.message import Message
from filter.mime import Part
from filter.rules import archives, magic

_MOST_FILES = 4
_MOST_BYTES = 1 << 20
_HEAD = 2_048


@dataclass(frozen=True)
class Attached:
    """One attached file."""

    part: Part

    @property
    def name(self) -> str:
        """Its name, shortened at the front for people: the end decides what opens it."""
        return self.part.filename[-80:]

    @cached_property
    def extension(self) -> str:
        """What follows the last dot of its name, lower case."""
        return extension(self.part.filename)

    @cached_property
    def kind(self) -> str:
        """What it is by its first bytes, see `magic.kind`."""
        return magic.kind(transfer.decode(self.part.body[:_HEAD], self.part.encoding, set()))

    @cached_property
    def data(self) -> bytes:
        """At most its first megabyte."""
        return transfer.decode(self.part.body[: _MOST_BYTES * 4 // 3], self.part.encoding, set())[:_MOST_BYTES]

    @cached_property
    def archive(self) -> archives.Archive:
        """What it holds, if it is an archive."""
        return archives.read(self.data) if self.kind in ("zip", "rar", "7z") else archives.NOT_READ


def extension(name: str) -> str:
    """What follows the last dot of a file name, lower case; empty if there is none."""
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def attached(message: Message) -> tuple[Attached, ...]:
    """The first parts of `message` that a reader has to open: files with names and what is no text."""
    files = (
        Attached(part)
        for part in message.parts
        if part.filename or part.disposition == "attachment" or not part.content_type.startswith("text/")
    )
    return tuple(islice(files, _MOST_FILES))
