"""A message with our headers on top, for PROCESS and HEADERS: what comes by spamc has mostly bare LF as line end."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, NamedTuple

from filter.headers import CHUNK, HeaderTooBigError, chunks, edited_header

HEADER = 1024 * 1024
"""Octets of a header that is edited."""
_EMPTY_LINE = re.compile(rb"^\r?\n", re.MULTILINE)


class Rewritten(NamedTuple):
    """A message and how long it is, before it is read."""

    length: int
    octets: Iterator[bytes]


def whole(message: BinaryIO, size: int) -> Rewritten:
    """`message` as it came."""
    return Rewritten(size, chunks(message))


def processed(message: BinaryIO, size: int, ours: bytes) -> Rewritten:
    """`message` (`size` octets, read from its start) with our headers, and without forged ones.

    Raises HeaderTooBigError.
    """
    header, rest = _header(message)
    start = _edited(header, ours) + rest
    return Rewritten(size + len(start) - len(header) - len(rest), chain((start,), chunks(message)))


def header_alone(message: BinaryIO, ours: bytes | None) -> Rewritten:
    """The header of `message`, with ours unless there are none, and the empty line behind it if there is one.

    Raises HeaderTooBigError.
    """
    header, rest = _header(message)
    end = _EMPTY_LINE.match(rest)
    octets = (header if ours is None else _edited(header, ours)) + (end[0] if end else b"")
    return Rewritten(len(octets), iter((octets,)))


def _header(message: BinaryIO) -> tuple[bytes, bytes]:
    """The header with its line ends, and what was read beyond it, which begins with the empty line if there is one."""
    octets, looked = message.read(CHUNK), 0
    while (found := _EMPTY_LINE.search(octets, looked)) is None:
        if len(octets) > HEADER:
            raise HeaderTooBigError
        more = message.read(CHUNK)
        if not more:
            return octets, b""  # no empty line: all of it is header
        looked = max(0, len(octets) - 1)
        octets += more
    if found.start() > HEADER:
        raise HeaderTooBigError
    return octets[: found.start()], octets[found.start() :]


def _edited(header: bytes, ours: bytes) -> bytes:
    """Edit with the line ends that `header` has; LF if it has none."""
    first, _, _ = header.partition(b"\n")
    line_end = b"\r\n" if first.endswith(b"\r") else b"\n"
    ours = ours if line_end == b"\r\n" else ours.replace(b"\r\n", b"\n")
    if header.endswith(b"\n") or not header:
        return edited_header(header, ours, line_end)
    return edited_header(header + b"\n", ours, line_end)[:-1]  # a last line that does not end may be forged, too
