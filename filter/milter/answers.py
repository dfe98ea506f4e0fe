"""The answer to a message as a whole: accepted, held, or refused with a code and a text of our own."""

from filter.milter.frames import frame
from filter.reply import Reply

ACCEPT = frame(b"a")
PROGRESS = frame(b"p")
QUARANTINE = frame(b"q", b"held for review as likely spam\0")

TOO_MANY_FORGERIES = Reply.of(550, "5.6.0", "Too many X-Spam fields, which only the receiving site may write")

_LONGEST = 500
"""Octets of a reply that the client hears; RFC 5321 section 4.5.3.1.5 allows 512 with code and line end."""


def refused(reply: Reply) -> bytes:
    """The frame that makes the MTA answer its client with `reply`, on one line.

    A percent sign is doubled, as the MTA takes the text for a format; whatever is not printable ASCII becomes `?`, so
    that no text begins a reply of its own.
    """
    start = f"{reply.code} {reply.status} ".encode("ascii")
    text = _line([_printable(line) for line in reply.lines], _LONGEST - len(start))
    return frame(b"y", (start + text).replace(b"%", b"%%") + b"\0")


def _line(lines: list[bytes], room: int) -> bytes:
    """One line of several: first and last (what is to be done) are kept, the others as far as there is room."""
    *first, last = lines
    while len(first) > 1 and len(b"; ".join([*first, last])) > room:
        first.pop()
    return b"; ".join([*first, last])[:room]


def _printable(line: bytes) -> bytes:
    return bytes(octet if 32 <= octet < 127 else 63 for octet in line)
