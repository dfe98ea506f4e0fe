"""The octets of DATA, in both directions (RFC 5321 section 4.5.2).

Only CRLF.CRLF ends a message. Other software has ended it at `LF . LF` or `CR . CR` as well, and a message that two
hops cut at different places smuggles a second one past the first. Therefore:

- a line of one dot next to a bare CR or a bare LF is an attempt to smuggle: the message is refused at its real end;
- any other bare LF becomes CRLF, because Postfix and others read it as a line end anyhow;
- any other bare CR is passed on: no reader ends a message at a CR that no dot follows;
- each line is stuffed again when it goes out.
"""

import re
from collections.abc import Iterable, Iterator

CRLF = b"\r\n"
_END = b"\r\n.\r\n"

# The tail that may still grow into something that matters is kept until more octets come: at most four.
_UNDECIDED = re.compile(rb"\r?\n?\.?\r?\Z")

# A dot alone between two line ends of any kind. The only such line that is allowed is the end itself.
_ODD_DOT = re.compile(rb"[\r\n]\.[\r\n]")


class DataReader:
    """Turns the octets after 354 into the message: feed it until `done`; `rest` holds what came after the end."""

    def __init__(self) -> None:
        self._kept = CRLF  # the CRLF of the DATA command itself: ".CRLF" as the first line is the end
        self._before = b""  # the last two octets that were decided, where an odd dot line may have begun
        self._at_start = True
        self.done = False
        self.smuggling = False
        self.rest = b""

    def feed(self, data: bytes) -> bytes:
        """Take the next octets and return the part of the message that is certain."""
        octets = self._kept + data
        end = octets.find(_END)
        if end >= 0:
            self.done = True
            self.rest = octets[end + len(_END) :]
            return self._content(octets[: end + len(CRLF)])
        tail = _UNDECIDED.search(octets, max(0, len(octets) - 4))
        cut = tail.start() if tail else len(octets)
        self._kept = octets[cut:]
        return self._content(octets[:cut])

    def _content(self, octets: bytes) -> bytes:
        if not octets:
            return b""
        if _has_odd_dot(octets) or _has_odd_dot(self._before + octets[:2]):
            self.smuggling = True
        self._before = _last_two(self._before, octets)
        content = octets.replace(b"\r\n.", CRLF)  # section 4.5.2: remove the first of two dots
        if content.count(b"\n") != content.count(CRLF):
            content = content.replace(CRLF, b"\n").replace(b"\n", CRLF)
        if self._at_start:  # drop the CRLF of the DATA command
            self._at_start = False
            return content[len(CRLF) :]
        return content


def stuffed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Double the dot at the start of each line (section 4.5.2) and end with the line of one dot."""
    before = CRLF
    for chunk in chunks:
        if not chunk:
            continue
        octets = (before + chunk).replace(b"\r\n.", b"\r\n..")
        yield octets[len(before) :]
        before = _last_two(before, chunk)
    yield b".\r\n" if before == CRLF else _END  # section 4.1.1.4: the end of data begins with a CRLF


def _has_odd_dot(octets: bytes) -> bool:
    return (b"\n." in octets or b"\r." in octets) and _ODD_DOT.search(octets) is not None


def _last_two(before: bytes, chunk: bytes) -> bytes:
    return (before + chunk[-2:])[-2:]
