"""What an MTA says on one connection, in order: frames in; answers, messages and the end out. No sockets here.

Until the end of a message our answer to everything is "continue": nothing is judged before it is known as a whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum

from filter.envelope import Envelope
from filter.milter.frames import MilterError, frame
from filter.milter.incoming import Incoming
from filter.milter.macros import Macros
from filter.milter.negotiation import NOTHING, Agreement, agree
from filter.milter.words import client_address, mailbox, strings

CONTINUE = frame(b"c")
SKIP = frame(b"s")


class Stage(IntEnum):
    """How far a connection is; a message is under way from ENVELOPE on."""

    STRANGE = 0
    AGREED = 1
    ENVELOPE = 2
    HEADER = 3
    BODY = 4
    COMPLETE = 5


_IN_HEADER = Stage.HEADER  # an enumeration takes its time to find a member


class End(Enum):
    """The MTA is done with us."""

    QUIT = "Q"


@dataclass(frozen=True, slots=True)
class Complete:
    """A message is here as a whole and waits for its verdict."""

    incoming: Incoming
    envelope: Envelope
    queue_id: str
    agreement: Agreement


Event = bytes | Complete | End
"""Octets to be sent (there may be none), a message, or the end."""


class Dialogue:
    """One connection. After `Complete`, nothing may be heard until `over` was called."""

    def __init__(self, limit: int, listener: str = "") -> None:
        self.stage = Stage.STRANGE
        self._limit = limit
        self._listener = listener
        self._agreement = NOTHING
        self._gap = b":"
        self._to_field = CONTINUE
        self._macros = Macros()
        self._address = ""
        self._helo = b""
        self._incoming: Incoming | None = None

    @property
    def in_message(self) -> bool:
        """A message is under way."""
        return self._incoming is not None

    def hear(self, letter: bytes, data: bytes) -> Event:
        """Take one frame. Raises MilterError: this connection cannot be understood any more."""
        if letter == b"L" and self.stage == _IN_HEADER and self._incoming is not None:  # most frames: the shortest way
            self._incoming.add_field(data, self._gap)
            return self._to_field
        heard = _HEARD.get(letter)
        if heard is None:
            raise MilterError("a frame of an unknown kind")
        if self.stage is Stage.STRANGE and letter not in b"OQ":
            raise MilterError("no offer at first")
        event = heard(self, data)
        return b"" if event is CONTINUE and letter in self._agreement.silent else event

    def over(self) -> None:
        """The message under way is judged or forgotten; another one may follow."""
        if self._incoming is not None:
            self._incoming.close()
            self._incoming = None
        self._macros.forget()
        self.stage = min(self.stage, Stage.AGREED)

    def _message(self, last: Stage, now: Stage) -> Incoming:
        """The message under way, which must not be further than `last`, and is `now`."""
        if self._incoming is None or self.stage > last:
            raise MilterError("frames out of order")
        self.stage = now
        return self._incoming

    def _offer(self, data: bytes) -> bytes:
        if self.stage is not Stage.STRANGE:
            raise MilterError("a second offer")
        self._agreement = agree(data)
        self._gap = b":" if self._agreement.spaced else b": "
        self._to_field = b"" if b"L" in self._agreement.silent else CONTINUE
        self.stage = Stage.AGREED
        return bytes(self._agreement)

    def _connect(self, data: bytes) -> bytes:
        if self.stage is not Stage.AGREED:
            raise MilterError("frames out of order")
        self._address = client_address(data)
        return CONTINUE

    def _helo_name(self, data: bytes) -> bytes:
        """Also in the midst of a message: Postfix says HELO before it says that the message is aborted."""
        self._helo = strings(data)[0]
        return CONTINUE

    def _macro(self, data: bytes) -> bytes:
        self._macros.note(data)
        return b""

    def _mail(self, data: bytes) -> bytes:
        if self.stage is not Stage.AGREED:
            raise MilterError("frames out of order")
        self._incoming = Incoming(mailbox(data), self._limit)
        self.stage = Stage.ENVELOPE
        return CONTINUE

    def _rcpt(self, data: bytes) -> bytes:
        self._message(Stage.ENVELOPE, Stage.ENVELOPE).add_recipient(mailbox(data) or b"")
        return CONTINUE

    def _data(self, _: bytes) -> bytes:
        self._message(Stage.ENVELOPE, Stage.ENVELOPE)
        return CONTINUE

    def _field(self, data: bytes) -> bytes:
        self._message(Stage.HEADER, Stage.HEADER).add_field(data, self._gap)
        return CONTINUE

    def _end_of_header(self, _: bytes) -> bytes:
        self._message(Stage.HEADER, Stage.BODY)
        return CONTINUE

    def _body(self, data: bytes) -> bytes:
        incoming = self._message(Stage.BODY, Stage.BODY)
        incoming.add_body(data)
        return SKIP if incoming.full and self._agreement.skips else CONTINUE

    def _end(self, data: bytes) -> Complete:
        incoming = self._message(Stage.BODY, Stage.COMPLETE)
        incoming.add_body(data)
        envelope = incoming.envelope(self._address, self._helo, self._macros.login, self._listener)
        return Complete(incoming, envelope, self._macros.queue_id, self._agreement)

    def _abort(self, _: bytes) -> bytes:
        self.over()
        return b""

    def _unknown(self, _: bytes) -> bytes:
        return CONTINUE

    def _quit(self, _: bytes) -> End:
        self.over()
        return End.QUIT

    def _next_client(self, _: bytes) -> bytes:
        self.over()
        self._address, self._helo = "", b""
        return b""


_HEARD: Mapping[bytes, Callable[[Dialogue, bytes], Event]] = {
    b"O": Dialogue._offer,
    b"C": Dialogue._connect,
    b"D": Dialogue._macro,
    b"H": Dialogue._helo_name,
    b"M": Dialogue._mail,
    b"R": Dialogue._rcpt,
    b"T": Dialogue._data,
    b"L": Dialogue._field,
    b"N": Dialogue._end_of_header,
    b"B": Dialogue._body,
    b"E": Dialogue._end,
    b"A": Dialogue._abort,
    b"U": Dialogue._unknown,
    b"Q": Dialogue._quit,
    b"K": Dialogue._next_client,
}
