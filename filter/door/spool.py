"""Where a message waits until it is judged: in memory, and beyond 256 KiB in a temporary file without a name."""

import io
import tempfile
from contextlib import suppress
from types import TracebackType
from typing import BinaryIO, Self

IN_MEMORY = 256 * 1024


class Spool:
    """Takes a message in parts. Too much or a full disk does not raise: the rest must still be drained."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.file: BinaryIO = io.BytesIO()
        self.size = 0
        self.too_big = False
        self.failure: OSError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget the message. What a full disk did not take is tried once more at the end: that is nobody's fault."""
        with suppress(OSError):
            self.file.close()

    @property
    def in_memory(self) -> bool:
        """True while the message has no file descriptor."""
        return isinstance(self.file, io.BytesIO)

    def write(self, data: bytes) -> None:
        """Append `data`, or forget it if the message is lost already."""
        self.size += len(data)
        self.too_big = self.too_big or self.size > self._limit
        if self.too_big or self.failure:
            return
        try:
            if self.in_memory and self.size > IN_MEMORY:
                self._roll_over()
            self.file.write(data)
        except OSError as error:
            self.failure = error

    def _roll_over(self) -> None:
        memory = self.file
        self.file = new_file()
        memory.seek(0)
        self.file.write(memory.read())

    def ready(self) -> BinaryIO:
        """Return the message from its start, with every octet handed to the system."""
        self.file.flush()
        self.file.seek(0)
        return self.file


def new_file() -> BinaryIO:
    """Open a nameless temporary file."""
    return tempfile.TemporaryFile(prefix="hamgate-")
