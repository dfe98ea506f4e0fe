"""Ask a spamd, ours or SpamAssassin's, about a message. Servers are read with distrust, too."""

import asyncio
import re

from filter.door.dial import dialled
from filter.door.endpoint import Endpoint, reason
from filter.door.scanned import DoorError, Scanned
from filter.envelope import Envelope
from filter.spamd.request import CONTROL

LONGEST = 1024 * 1024
"""Octets of an answer."""
_STATUS = re.compile(rb"SPAMD/\d{1,3}\.\d{1,3} (\d{1,3}) ([^\r\n]{0,500})\r\n")
_SPAM = re.compile(rb"Spam: (True|False) ; (-?\d{1,9}\.\d{1,9}) / (-?\d{1,9}\.\d{1,9})")
_LENGTH = re.compile(rb"Content-length: (\d{1,9})")
_DETAILS = re.compile(rb"^Content analysis details: {1,9}\((-?\d{1,9}\.\d{1,9}) points, ", re.MULTILINE)
_TABLE = re.compile(rb"^-{3,9} -{3,99} -{3,99}\r?\n", re.MULTILINE)
_ROW = re.compile(rb" {0,9}(-?\d{1,9}(?:\.\d{1,9})?) ([A-Z_][A-Z0-9_]{0,99})(?: |$)")
_LATER = frozenset({69, 71, 74, 75, 79})
"""Codes of sysexits(3) that do not speak of our request: unavailable, faults of the system, time."""


async def scan(endpoint: Endpoint, message: bytes, envelope: Envelope, seconds: float = 60.0) -> Scanned:
    """Ask for a report: it alone tells points. The first recipient is the User. Raises DoorError."""
    try:
        async with asyncio.timeout(seconds):
            return read(await _asked(endpoint, request(message, envelope)))
    except TimeoutError:
        raise DoorError(f"no answer within {seconds:g} s") from None
    except OSError as error:
        raise DoorError(f"no connection: {reason(error)}") from error


def request(message: bytes, envelope: Envelope) -> bytes:
    """What is sent."""
    user = next(iter(envelope.recipients), b"")
    field = b"User: %s\r\n" % user if user and not CONTROL.search(user) else b""
    return b"REPORT SPAMC/1.5\r\n%sContent-length: %d\r\n\r\n%s" % (field, len(message), message)


async def _asked(endpoint: Endpoint, octets: bytes) -> bytes:
    async with dialled(endpoint) as (reader, writer):
        writer.write(octets)  # not waited for: a server may answer, and hear no more, before it has all
        writer.write_eof()
        answer = b""
        while len(answer) <= LONGEST and (part := await reader.read(LONGEST)):
            answer += part
        return answer


def read(answer: bytes) -> Scanned:
    """Understand an answer. Raises DoorError."""
    status = _STATUS.match(answer)
    if status is None or len(answer) > LONGEST:
        raise DoorError("this is no answer of a spamd" if status is None else "the answer is too long")
    code, text = int(status[1]), _printable(status[2])
    if code in _LATER:
        return Scanned("tempfail", text=text)
    if code:
        raise DoorError(f"the server refuses our request: {text}")
    head, _, body = answer[status.end() :].partition(b"\r\n\r\n")
    spam, length = _field(_SPAM, head), _field(_LENGTH, head)
    if spam is None or length is None or int(length[1]) != len(body):
        raise DoorError("half an answer of a spamd")
    details = _DETAILS.search(body)
    score = float(details[1] if details else spam[2])
    return Scanned("tag" if spam[1] == b"True" else "accept", score, float(spam[3]), _hits(body))


def _field(pattern: "re.Pattern[bytes]", head: bytes) -> "re.Match[bytes] | None":
    return next((found for line in head.split(b"\r\n") if (found := pattern.fullmatch(line))), None)


def _hits(body: bytes) -> tuple[tuple[str, float], ...]:
    """The rows of the table; a long meaning goes on in lines that are no rows."""
    table = _TABLE.search(body)
    lines = body[table.end() :].split(b"\n") if table else []
    rows = (_ROW.match(line) for line in lines)
    return tuple((row[2].decode("ascii"), float(row[1])) for row in rows if row)


def _printable(octets: bytes) -> str:
    return "".join(c if c.isprintable() else "?" for c in octets.decode("latin-1"))
