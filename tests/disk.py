"""A disk that is full in the midst of a file, whatever the file keeps back in memory before it is written."""

import errno
import io
import os
import tempfile
from typing import Any, BinaryIO

_KEPT_BACK = 1024 * 1024


class _Raw(io.FileIO):
    def __init__(self, room: int) -> None:
        with tempfile.TemporaryFile() as file:
            super().__init__(os.dup(file.fileno()), "r+b")
        self._room = room

    def write(self, octets: Any, /) -> int:
        self._room -= memoryview(octets).nbytes
        if self._room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(octets)


def nearly_full(room: int) -> BinaryIO:
    """A temporary file with space for so many octets; what does not fit is kept, and tried again when it is closed."""
    return io.BufferedRandom(_Raw(room), _KEPT_BACK)
