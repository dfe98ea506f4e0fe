"""Messages that come compressed (Compress: zlib, RFC 1950): never more of one than a message may have."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from filter.headers import CHUNK

_NO_END = "zlib: failed to find end of zlib stream"


class InflateError(ValueError):
    """What came is no zlib stream, or only the beginning of one. The text is for the client."""


def inflated(compressed: BinaryIO) -> Iterator[bytes]:
    """Yield the content, at most 64 KiB at a time. Octets behind the end of the stream are not looked at.

    Raises InflateError.
    """
    stream = zlib.decompressobj()
    try:
        while not stream.eof:
            octets = stream.unconsumed_tail or compressed.read(CHUNK)
            if not octets:
                raise InflateError(_NO_END)
            yield stream.decompress(octets, CHUNK)  # a checksum stands behind all content: octets are left till its end
    except zlib.error:
        raise InflateError(_NO_END) from None
