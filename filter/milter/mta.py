"""A message in the hands of a mail server: cut into what a filter is told of it, and changed as the filter asks."""

import re
from collections.abc import Iterator

from filter.milter.frames import MilterError
from filter.milter.words import field, read_indexed
from filter.separator import header_start

PART = 65535
"""Octets of a part of the body; every filter takes so many."""
_LINE_END = re.compile(rb"\r?\n")
_FIELD_NAME = re.compile(rb"[!-9;-~]+[ \t]*:")
"""RFC 5322 section 2.2, and the white space before the colon of section 4.5."""
_MOST_CHANGES = 10_000


class Letter:
    """A message as header fields and a body. The values begin right behind the colon; their folds are LF."""

    def __init__(self, message: bytes) -> None:
        """Line ends become CRLF. The separator line of a mailbox file is no part of the message."""
        lines = _LINE_END.sub(b"\r\n", message[header_start(message) :])
        self.fields: list[tuple[bytes, bytes]] = []
        self.body = lines[self._read_header(lines) :]
        self._changes = 0

    def _read_header(self, lines: bytes) -> int:
        """Note all fields, and return where the body begins. What is no field, and no first line, goes on with one."""
        place, values = 0, list[tuple[bytes, list[bytes]]]()
        while place < len(lines) and not lines.startswith(b"\r\n", place):
            found = lines.find(b"\r\n", place)
            end = found if found >= 0 else len(lines)
            line = lines[place:end]
            if _FIELD_NAME.match(line):
                name, _, value = line.partition(b":")
                values.append((name, [value]))
            elif values:
                values[-1][1].append(line)
            else:
                return place
            place = end + 2
        self.fields = [(name, b"\n".join(value)) for name, value in values]
        return min(place + 2, len(lines))

    def parts(self) -> Iterator[bytes]:
        """The body, as it is handed over."""
        return (self.body[place : place + PART] for place in range(0, len(self.body), PART))

    def change(self, letter: bytes, data: bytes) -> None:
        """Do as a filter asks. Raises MilterError for what it may not ask for, and for too much of it."""
        self._changes += 1
        if self._changes > _MOST_CHANGES:
            raise MilterError("more changes than any message needs")
        if letter == b"h":
            self.fields.append(field(data))
        elif letter == b"i":
            place, name, value = read_indexed(data)
            self.fields.insert(place, (name, value))
        elif letter == b"m":
            self._replace(*read_indexed(data))
        else:
            raise MilterError("a change that was not offered")

    def _replace(self, place: int, name: bytes, value: bytes) -> None:
        """The field `place` of this name, from 1; 0 is the first, too (so in Postfix). An empty value takes it out."""
        place = max(1, place)
        places = [i for i, (one, _) in enumerate(self.fields) if one.strip().lower() == name.lower()]
        if place <= len(places):
            self.fields[places[place - 1] : places[place - 1] + 1] = [(name, value)] if value else []

    def marks(self) -> dict[str, str]:
        """The first field of each name (lower case) that a spam filter writes, unfolded."""
        found: dict[str, str] = {}
        for name, value in self.fields:
            key = name.decode("latin-1").strip().lower()
            if key.startswith("x-"):
                found.setdefault(key, value.replace(b"\n", b"").decode("latin-1").strip())
        return found
