"""Frames: a length of four octets (big endian), a letter that says what it is, and its data; the length counts both."""

import struct

HEADER = 1024 * 1024
"""Octets of a message's header that are taken; a message with more is refused."""
LONGEST = HEADER + 64 * 1024
"""Octets of a frame: a field of the header comes in one. The body comes in parts of less than 64 KiB."""
_HEAD = struct.Struct(">Ic")
_LENGTH, _SHORTEST = 4, _HEAD.size


class MilterError(Exception):
    """The other side does not keep to the protocol. The text is fixed: nothing that it sent is in it."""


def frame(letter: bytes, data: bytes = b"") -> bytes:
    """Write one frame."""
    return _HEAD.pack(1 + len(data), letter) + data


class FrameReader:
    """Cuts what comes in into frames. Pieces are joined when a frame is there as a whole, so never again and again."""

    def __init__(self) -> None:
        self._octets = b""
        self._start = 0
        self._pieces: list[bytes] = []
        self._needed = _SHORTEST
        self.waiting = 0
        """Octets that are not read yet."""

    def feed(self, octets: bytes) -> None:
        """Take what came."""
        self._pieces.append(octets)
        self.waiting += len(octets)

    def take(self) -> tuple[bytes, bytes] | None:
        """The letter and the data of the next frame; None: it is not here as a whole. Raises MilterError."""
        if self.waiting < self._needed:
            return None
        if self._pieces:
            self._octets = b"".join((self._octets[self._start :], *self._pieces))
            self._start = 0
            self._pieces.clear()
        start = self._start
        length, letter = _HEAD.unpack_from(self._octets, start)
        if not 0 < length <= LONGEST:
            raise MilterError("a frame of impossible length")
        whole = length + _LENGTH
        if self.waiting < whole:
            self._needed = whole
            return None
        self._start = end = start + whole
        self.waiting -= whole
        self._needed = _SHORTEST
        return letter, self._octets[start + _SHORTEST : end]
