"""What stands in the data of a frame: strings that end in NUL, numbers before some of them."""

import struct

from filter.milter.frames import MilterError
from filter.rules.own.entries import client

_FAMILIES = b"46"
_PORT = struct.Struct(">H")
_INDEX = struct.Struct(">I")


def strings(data: bytes) -> list[bytes]:
    """All strings of `data`, at least one. Raises MilterError if the last has no end."""
    if not data.endswith(b"\0"):
        raise MilterError("a string without its end")
    return data[:-1].split(b"\0")


def field(data: bytes) -> tuple[bytes, bytes]:
    """Name and value of a header field. Raises MilterError."""
    name, _, value = data.partition(b"\0")
    if not name or not value or value.find(b"\0") != len(value) - 1:
        raise MilterError("a header field that is none")
    return name, value[:-1]


def indexed(index: int, name: bytes, value: bytes) -> bytes:
    """Data that name a header field by its place."""
    return b"%s%s\0%s\0" % (_INDEX.pack(index), name, value)


def read_indexed(data: bytes) -> tuple[int, bytes, bytes]:
    """Undo `indexed`. Raises MilterError."""
    if len(data) < _INDEX.size:
        raise MilterError("a header field without its place")
    return (*_INDEX.unpack_from(data), *field(data[_INDEX.size :]))


def client_address(data: bytes) -> str:
    """The address in the data of `C`: host name, NUL, a letter for the kind, port, address; empty if it is no IP.

    An MTA that does not know it says `unknown`. Raises MilterError.
    """
    _, found, rest = data.partition(b"\0")
    if not found or not rest:
        raise MilterError("a connection of no kind")
    if rest[:1] not in _FAMILIES or len(rest) <= 1 + _PORT.size:
        return ""
    text = strings(rest[1 + _PORT.size :])[0].decode("ascii", "replace")
    return str(client(text[5:] if text[:5].lower() == "ipv6:" else text) or "")


def connection(host: bytes, address: str) -> bytes:
    """The data of `C` for a client at `address`; empty: it is not known."""
    if not address:
        return host + b"\0U"
    family = b"6" if ":" in address else b"4"
    return b"%s\0%s%s%s\0" % (host, family, _PORT.pack(0), address.encode("ascii"))


def mailbox(data: bytes) -> bytes | None:
    """The address of MAIL or RCPT, without its angle brackets; what follows are parameters. Raises MilterError.

    None: there is nothing at all, not even the brackets of a bounce's sender.
    """
    path = strings(data)[0].strip()
    return path[1:-1] if path.startswith(b"<") and path.endswith(b">") else path or None
