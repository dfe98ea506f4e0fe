"""Frames: a length of four octets (big endian), a letter that says what it is, and its data; the length counts both."""

import struct

HEADER = 1024 * 1024
"""Octets of a message's header that are taken; a message with more is refused."""
LONGEST = HEADER + 64 * 1024
"""Octets of a frame: a field of the header comes in one. The body comes in parts of less than 64 KiB."""
_HEAD = struct.Struct(">Ic")
_LENGTH = 4


class MilterError(Exception):
    """The other side does not keep to the protocol. The text is fixed: nothing that it sent is in it."""


def frame(letter: bytes, data: bytes = b"") -> bytes:
    """Write one frame."""
    return _HEAD.pack(1 + len(data), letter) + data


class FrameReader:
    """Cuts what comes in into frames. It holds one unfinished frame at most, and what `feed` was given since."""

    def __init__(self) -> None:
        self._octets = bytearray()
        self._start = 0

    @property
    def waiting(self) -> int:
        """Octets that are not read yet."""
        return len(self._octets) - self._start

    def feed(self, octets: bytes) -> None:
        """Take what came."""
        del self._octets[: self._start]
        self._start = 0
        self._octets += octets

    def take(self) -> tuple[bytes, bytes] | None:
        """The letter and the data of the next frame; None: it is not here as a whole. Raises MilterError."""
        if self.waiting <= _LENGTH:
            return None
        length, letter = _HEAD.unpack_from(self._octets, self._start)
        if not 0 < length <= LONGEST:
            raise MilterError("a frame of impossible length")
        end = self._start + _LENGTH + length
        if len(self._octets) < end:
            return None
        with memoryview(self._octets) as view:  # one copy less than by a slice, and it may be 64 KiB
            data = bytes(view[self._start + _HEAD.size : end])
        self._start = end
        return letter, data
