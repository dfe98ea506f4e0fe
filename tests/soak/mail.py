"""The messages of a soak: each is made from its number alone, so whoever has one can be asked whether it is whole."""

import hashlib
import random
import re

from tests.faults.scanners import GTUBE

_ID = re.compile(rb"^X-Id: m(\d{1,9})\r$", re.MULTILINE)


def is_spam(number: int) -> bool:
    """One in ten."""
    return number % 10 == 0


def content(number: int) -> bytes:
    """1 to 2000 lines, most messages small, with lines that begin with dots; its first field is X-Id."""
    dice = random.Random(number)
    lines = [b"%s%d of %d" % (b"." * dice.choice((0, 0, 0, 1, 2)), line, number) for line in range(_lines(dice))]
    text = GTUBE if is_spam(number) else b"."
    fields = b"X-Id: m%d\r\nSubject: number %d\r\nFrom: s@x.test\r\n\r\n" % (number, number)
    return fields + b"\r\n".join([*lines, text, b""])


def _lines(dice: random.Random) -> int:
    return int(2000 ** dice.random())


def stuffed(message: bytes) -> bytes:
    """A message as it goes over the wire, with its final dot (RFC 5321 section 4.5.2)."""
    return message.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def number_of(received: bytes) -> int | None:
    """Which message somebody got."""
    found = _ID.search(received)
    return int(found[1]) if found else None


def digest(received: bytes) -> str:
    """sha256 of what the sender sent, without the fields that were put on top on the way."""
    begin = received.find(b"X-Id: ")
    return hashlib.sha256(received[max(begin, 0) :]).hexdigest()
