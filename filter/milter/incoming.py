"""A message as it comes in: its envelope, and its octets put together again as the client has sent them."""

from filter.door.spool import Spool
from filter.envelope import Envelope
from filter.milter.frames import HEADER, MilterError

ENVELOPE = 1024 * 1024
"""Octets of addresses that are kept, with `_EACH` for the place that one takes."""
FORGED = 500
"""Fields of our names that are taken out of a message. The MTA looks for each of them from the start."""
_EACH = 64
_OURS = (b"x-spam-", b"x-hamgate-")


class Incoming:
    """One message. What exceeds `limit` octets is counted, and read no more."""

    def __init__(self, sender: bytes | None, limit: int) -> None:
        self.sender = sender
        self.recipients: list[bytes] = []
        self.spool = Spool(limit + HEADER)
        self.skipped = 0
        """Octets of the body beyond the limit."""
        self.forged: dict[bytes, int] = {}
        """Fields whose names are ours to write, in lower case, and how many of each."""
        self._limit = limit
        self._header = bytearray()
        self._header_room = HEADER
        self._in_body = False
        self._room = ENVELOPE

    @property
    def size(self) -> int:
        """Octets of the message, also those that were not kept."""
        return self.spool.size + self.skipped

    @property
    def header_too_big(self) -> bool:
        """The header exceeds what is taken; it is not kept as a whole."""
        return self._header_room < 0

    @property
    def forgeries(self) -> int:
        """How many fields bear names that are ours to write."""
        return sum(self.forged.values())

    @property
    def full(self) -> bool:
        """No more of the body is needed."""
        return self.spool.size >= self._limit

    def add_recipient(self, address: bytes) -> None:
        """Raises MilterError if there are more than anybody would take."""
        self._room -= len(address) + _EACH
        if self._room < 0:
            raise MilterError("more recipients than there is room for")
        self.recipients.append(address)

    def add_field(self, data: bytes, gap: bytes = b":") -> None:
        """A header field: name, NUL, value, NUL; folds of the value are LF. Raises MilterError if it is none.

        `gap` is what stood between name and value: a colon, and a space if the MTA took one away.
        """
        if data.count(b"\0") != 2 or data[-1] or not data[0]:
            raise MilterError("a header field that is none")
        if b"\n" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        line = data.replace(b"\0", gap, 1)[:-1] + b"\r\n"
        self._header_room -= len(line)
        if self._header_room < 0:
            return
        self._header += line
        if data[0] in b"Xx":
            self._note_forgery(line.partition(b":")[0].lower())

    def _note_forgery(self, name: bytes) -> None:
        if name.startswith(_OURS) and self.forgeries <= FORGED:
            self.forged[name] = self.forged.get(name, 0) + 1

    def add_body(self, octets: bytes) -> None:
        """The next part of the body."""
        if not self._in_body:
            self._in_body = True
            self.spool.write(bytes(self._header) + b"\r\n")
            self._header.clear()
        kept = octets[: max(0, self._limit - self.spool.size)]
        self.skipped += len(octets) - len(kept)
        self.spool.write(kept)

    def envelope(self, address: str, helo: bytes, login: str, listener: str) -> Envelope:
        """What the client said beside the message."""
        return Envelope(self.sender, tuple(self.recipients), address, helo, login, listener)

    def close(self) -> None:
        """Forget the message."""
        self.spool.close()
