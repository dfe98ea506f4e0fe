"""A request of the spamd protocol: its first line and its fields, as spamd 4.0.1 takes them.

The protocol has no standard. What is said here about spamd was seen at its socket (tests/dialogs/spamd).
"""

import re
from dataclasses import dataclass
from enum import Enum

from filter.spamd import replies

_FIRST = re.compile(rb"([A-Z_]+) SPAMC/(.*)", re.DOTALL)
_VERSION = re.compile(rb"[0-9]+(?:\.[0-9]+)?")
_FIELD = re.compile(rb"([^:]*):[ \t\r\n\f\v]*(.*)", re.DOTALL)
CONTROL = re.compile(rb"[\x00-\x1f]")
"""What no User may hold."""
_DIGITS = 20
"""Digits of a Content-length that are believed; a longer one only means too much."""


class Verb(Enum):
    """What is asked for."""

    CHECK = b"CHECK"
    """Score and threshold."""
    SYMBOLS = b"SYMBOLS"
    """And what was hit, by name."""
    REPORT = b"REPORT"
    """And a table of it, with points."""
    REPORT_IFSPAM = b"REPORT_IFSPAM"
    """The table for spam only."""
    PROCESS = b"PROCESS"
    """The message with our headers."""
    HEADERS = b"HEADERS"
    """Its header alone."""
    TELL = b"TELL"
    """Learn or forget the message."""
    PING = b"PING"
    SKIP = b"SKIP"
    """Nothing: the client has found the message too big."""


WITHOUT_MESSAGE = frozenset({Verb.PING, Verb.SKIP})
_VERBS = {verb.value: verb for verb in Verb}


class RequestError(Exception):
    """A request that is refused; `reply` is what the client hears."""

    def __init__(self, reply: bytes) -> None:
        super().__init__(reply)
        self.reply = reply


@dataclass(slots=True)
class Request:
    """One request; a connection has one."""

    verb: Verb
    version: float
    """Of the client's protocol: it decides which fields a reply may have."""
    user: bytes = b""
    length: bytes | None = None
    """Content-length, as it was written."""
    compressed: bool = False
    message_class: bytes = b""
    set_local: bool = False
    set_remote: bool = False
    remove_local: bool = False
    remove_remote: bool = False

    @property
    def octets(self) -> int | None:
        """Octets that are to come, compressed if they are; None: as many as come."""
        if self.length is None:
            return None
        return int(self.length[:_DIGITS] or b"0")

    @property
    def has_fields(self) -> bool:
        """Whether fields stand between the first line and the message: not in the oldest versions."""
        return self.version >= 1.5 if self.verb in WITHOUT_MESSAGE else self.version > 1.0 or self.verb is Verb.TELL

    def take(self, line: bytes) -> None:
        """Take a field; unknown ones are passed over, as are those in other letter case. Raises RequestError."""
        field = _FIELD.fullmatch(line)
        if field is None:
            raise RequestError(replies.bad("(header not in 'Name: value' format)"))
        take = _FIELDS.get(field[1])
        if take is not None:
            take(self, field[2].removesuffix(b"\n"))

    def check(self, tell: bool) -> None:
        """Refuse what cannot be done, once all fields are known. `tell`: messages may be learned. RequestError."""
        if self.verb is Verb.TELL:
            self._check_lesson(tell)
        if self.compressed and self.length is None and self.verb not in WITHOUT_MESSAGE:
            raise RequestError(replies.unavailable("Compress requires Content-length header"))

    def _check_lesson(self, tell: bool) -> None:
        if not tell:
            raise RequestError(replies.unavailable("TELL commands are not enabled, set tell = true for this door."))
        if self.set_local and self.remove_local:
            raise RequestError(replies.bad("Unable to set local and remove local in the same operation."))
        if self.set_remote and self.remove_remote:
            raise RequestError(replies.bad("Unable to set remote and remove remote in the same operation."))
        if self.set_local and not self.message_class:  # spamd would learn it as ham
            raise RequestError(replies.bad("(Set without Message-class)"))


def first_line(line: bytes) -> Request:
    """Read the first line. Raises RequestError with the words of spamd, which repeats what it does not know."""
    found = _FIRST.fullmatch(line)
    verb = _VERBS.get(found[1]) if found else None
    if found is None or verb is None:
        raise RequestError(replies.bad(line.decode("latin-1")))
    number = _VERSION.match(found[2])
    return Request(verb, float(number[0]) if number else 0.0)


def _user(request: Request, value: bytes) -> None:
    if CONTROL.search(value):
        raise RequestError(replies.bad("(User header contains control chars)"))
    request.user = value


def _length(request: Request, value: bytes) -> None:
    if value and not value.isdigit():
        raise RequestError(replies.bad("(Content-Length contains non-numeric bytes)"))
    request.length = value


def _compress(request: Request, value: bytes) -> None:
    if b"zlib" not in value.lower():
        raise RequestError(replies.bad(f"(compression type not supported: {value.decode('latin-1')})"))
    request.compressed = True


def _message_class(request: Request, value: bytes) -> None:
    word = value.lower()
    if word not in (b"ham", b"spam"):  # spamd would learn it as ham
        raise RequestError(replies.bad("(Message-class header contains invalid class)"))
    request.message_class = word


def _set(request: Request, value: bytes) -> None:
    request.set_local, request.set_remote = _places(value)


def _remove(request: Request, value: bytes) -> None:
    request.remove_local, request.remove_remote = _places(value)


def _places(value: bytes) -> tuple[bool, bool]:
    word = value.lower()
    return b"local" in word, b"remote" in word


_FIELDS = {
    b"User": _user,
    b"Content-length": _length,
    b"Compress": _compress,
    b"Message-class": _message_class,
    b"Set": _set,
    b"Remove": _remove,
}
