"""Octets of a client in, a request and its message out: no sockets, and the same however the octets are cut."""

from enum import Enum

from filter.door.spool import Spool
from filter.spamd import replies
from filter.spamd.request import WITHOUT_MESSAGE, Request, RequestError, first_line

LINE = 8192
"""Octets of a line; spamc writes all of them into so many."""
FIELDS = 256
"""Lines behind the first one, with the empty one, as many as spamd reads."""


class Phase(Enum):
    """What comes next."""

    FIRST_LINE = 1
    FIELDS = 2
    MESSAGE = 3
    LAST_LINE = 4
    """All octets that were announced are here, but the line goes on: spamd reads it to its end, and so finds out that
    the announcement was wrong. A client that sends nothing more and waits gets its answer (`settle`)."""
    COMPLETE = 5


class RequestReader:
    """Reads one request; what comes behind it is forgotten.

    Complete, it has either a `refusal` or a `request`, with its message in `spool` if there is one: perhaps too big.
    """

    def __init__(self, limit: int, tell: bool) -> None:
        """`limit`: octets of a message, compressed or not. `tell`: messages may be learned."""
        self.spool = Spool(limit)
        self.request: Request | None = None
        self.refusal = b""
        self.phase = Phase.FIRST_LINE
        self._limit = limit
        self._tell = tell
        self._head = bytearray()
        self._fields = 0
        self._expected: int | None = None
        self._got = 0
        self._last = b""

    @property
    def complete(self) -> bool:
        """There is no more to read."""
        return self.phase is Phase.COMPLETE

    @property
    def begun(self) -> bool:
        """The client has said something."""
        return self.phase is not Phase.FIRST_LINE or bool(self._head)

    def feed(self, octets: bytes) -> None:
        """Read on."""
        try:
            if self.phase in (Phase.FIRST_LINE, Phase.FIELDS):
                octets = self._lines(octets)
            self._message(octets)
        except RequestError as error:
            self._refuse(error.reply)

    def end(self) -> None:
        """The client says no more."""
        try:
            self._end()
        except RequestError as error:
            self._refuse(error.reply)

    def settle(self) -> None:
        """Wait no longer for the end of the last line."""
        if self.phase is Phase.LAST_LINE:
            self.end()

    def _refuse(self, reply: bytes) -> None:
        self.refusal = reply
        self.phase = Phase.COMPLETE

    def _end(self) -> None:
        if self.phase is Phase.FIRST_LINE and not self._head:
            raise RequestError(replies.bad("(closed before headers)"))
        if self.phase in (Phase.FIRST_LINE, Phase.FIELDS) and self._head:
            self._line(bytes(self._head))  # spamd, too, reads a line that does not end
        if self.phase is Phase.FIELDS:
            raise RequestError(replies.bad("(EOF during headers)"))
        if self.phase in (Phase.MESSAGE, Phase.LAST_LINE):
            self._finish()

    def _lines(self, octets: bytes) -> bytes:
        """Take lines up to the message; returns what there is of it."""
        self._head += octets
        while self.phase in (Phase.FIRST_LINE, Phase.FIELDS):
            end = self._head.find(b"\n", 0, LINE)
            if end < 0:
                if len(self._head) >= LINE:
                    raise RequestError(replies.bad("(line too long)"))
                return b""
            line = bytes(self._head[: end + 1])
            del self._head[: end + 1]
            self._line(line)
        rest = bytes(self._head)
        self._head.clear()
        return rest

    def _line(self, line: bytes) -> None:
        """Take one line, with its end."""
        if self.request is None:
            self.request = first_line(line.removesuffix(b"\n").removesuffix(b"\r"))
            self.phase = Phase.FIELDS
            if not self.request.has_fields:
                self._begin(self.request)
            return
        self._fields += 1
        if line == b"\r\n":  # an end of line without CR is none here
            self.request.check(self._tell)
            self._begin(self.request)
        elif self._fields == FIELDS:
            raise RequestError(replies.bad("(too many headers)"))
        else:
            self.request.take(line.removesuffix(b"\r\n"))

    def _begin(self, request: Request) -> None:
        if request.verb in WITHOUT_MESSAGE:
            self.phase = Phase.COMPLETE
            return
        self._expected = request.octets
        self.phase = Phase.MESSAGE
        self._reach()

    def _message(self, octets: bytes) -> None:
        if self.phase is Phase.MESSAGE and octets:
            here = octets if self._expected is None else octets[: self._expected - self._got]
            self.spool.write(here)
            self._got += len(here)
            self._last = here[-1:] or self._last
            octets = octets[len(here) :]
            if self._got > 2 * self._limit:  # too big anyway, and nobody waits for its end
                self._finish()
            self._reach()
        if self.phase is Phase.LAST_LINE and octets:
            end = octets.find(b"\n")
            self._got += end + 1 or len(octets)
            if end >= 0 or self._got > 2 * self._limit:
                self._finish()

    def _reach(self) -> None:
        """See whether the announced octets are all here."""
        if self.phase is Phase.MESSAGE and self._got == self._expected:
            whole = self._last == b"\n" or (self.request is not None and self.request.compressed)
            self.phase = Phase.LAST_LINE
            if whole:
                self._finish()

    def _finish(self) -> None:
        """The message is here: compare what was announced (of a compressed one its content tells, as in spamd)."""
        self.phase = Phase.COMPLETE
        request = self.request
        if request is None or request.length is None or request.compressed or self.spool.too_big:
            return
        if self._got != self._expected:
            raise RequestError(replies.mismatch(request.length, self._got))
