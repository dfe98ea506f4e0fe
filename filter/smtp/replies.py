"""The replies of a relay, read strictly and as bytes (RFC 5321 section 4.2)."""

import re

from filter.reply import Reply

MAX_REPLY = 16 * 1024
"""Octets of one reply, all lines together. RFC 5321 section 4.5.3.1.5 asks for 512 a line."""

# RFC 5321 section 4.2: Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
_LINE = re.compile(rb"([2-5][0-5][0-9])(?:([ -])([^\r\n]*))?")

_CONTROL = {octet: ord("?") for octet in (*range(9), *range(10, 32), 127)}
_CLEAN = bytes(_CONTROL.get(octet, octet) for octet in range(256))


_STATUS = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?= |\Z)")


class ReplyError(ValueError):
    """The relay does not speak SMTP, or too much of it. `line` is the beginning of what it said instead."""

    def __init__(self, text: str, line: bytes = b"") -> None:
        super().__init__(text)
        self.line = line[:80]


def codes(reply: Reply) -> str:
    """A reply for the log once a message is under way: its words may be those of the mail, or name who gets it."""
    status = _STATUS.match(reply.lines[0]) if reply.lines else None
    return f"{reply.code} {status[0].decode('ascii')}" if status else str(reply.code)


class ReplyReader:
    """Feed it octets until it returns a reply. It never returns one before its last CRLF has come."""

    def __init__(self) -> None:
        self._buffer = b""
        self._code = 0
        self._lines: list[bytes] = []
        self._size = 0

    @property
    def idle(self) -> bool:
        """True if nothing is left over from the relay: what comes next answers what we say next."""
        return not self._buffer and not self._lines

    def feed(self, data: bytes) -> Reply | None:
        """Take octets; return the reply if it is complete. Call again with nothing to read on."""
        self._size += len(data)
        self._buffer += data
        while b"\r\n" in self._buffer:
            line, _, self._buffer = self._buffer.partition(b"\r\n")
            if self._take(line):
                return self._finish()
        if self._size > MAX_REPLY:
            raise ReplyError("reply too long")
        return None

    def _take(self, line: bytes) -> bool:
        match = _LINE.fullmatch(line)
        if match is None:
            raise ReplyError("not a reply", line)
        code = int(match[1])
        if self._lines and code != self._code:
            raise ReplyError(f"reply codes {self._code} and {code} mixed")  # section 4.2.1: the same code in each line
        self._code = code
        self._lines.append((match[3] or b"").translate(_CLEAN))
        return match[2] != b"-"

    def _finish(self) -> Reply:
        reply = Reply(self._code, "", tuple(self._lines))
        self._lines = []
        self._size = len(self._buffer)
        return reply
