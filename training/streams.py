"""Streams of bytes that cannot be trusted: looked into without seeking, unpacked within a budget."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from typing import IO, Protocol

from filter.mailfiles import LARGEST_MESSAGE

LARGEST_UNPACKED = 16 << 30
"""Bytes that one compressed file or archive may unpack to."""
LARGEST_RATIO = 200
"""Times its packed size that a file may unpack to; mail packs 3 to 20 times smaller, a bomb 1000 times."""
RATIO_FREE = 64 << 20
"""Bytes that any file may unpack to, whatever the ratio."""

HEAD = LARGEST_MESSAGE + (1 << 20)
"""Bytes of a file that are kept to see whether it is an mbox; of a longer one the rest is read as it goes."""

ERRORS = (
    OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, ValueError
)  # fmt: skip
"""All that reading a damaged file raises; RuntimeError: a ZIP with a password."""

COMPRESSED = (".gz", ".bz2", ".xz")


class Source(Protocol):
    """What a stream reads from."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes."""


def reason(error: BaseException) -> str:
    """Why something could not be read, in a few words."""
    if isinstance(error, zlib.error | lzma.LZMAError):
        return f"is damaged: {error}"
    if isinstance(error, FileNotFoundError):
        return "No such file or directory"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


class OverBudgetError(ValueError):
    """A file holds more than is read of one file."""


class Budget:
    """How much a file of `packed` bytes (None: not known) may still unpack to."""

    def __init__(self, packed: int | None) -> None:
        ratio = LARGEST_UNPACKED if packed is None else max(RATIO_FREE, LARGEST_RATIO * packed)
        self._most = min(LARGEST_UNPACKED, ratio)
        self._left = self._most

    def spend(self, size: int) -> None:
        """Raises OverBudgetError if `size` bytes more are too many."""
        self._left -= size
        if self._left < 0:
            raise OverBudgetError(f"unpacks to more than {self._most:,} bytes; the rest is not read")


class Metered(io.RawIOBase):
    """Reads `source` at the cost of `budget`."""

    def __init__(self, source: Source, budget: Budget) -> None:
        self._source = source
        self._budget = budget

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # of a writable buffer
        """Fill `buffer` as far as one read does. Raises OverBudgetError when the budget is spent."""
        data = self._source.read(len(buffer))
        self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)


class Rewound(io.RawIOBase):
    """`head`, which was read already, then the rest of `source`."""

    def __init__(self, head: bytes, source: Source) -> None:
        self._head = io.BytesIO(head)
        self._source = source

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # of a writable buffer
        """Fill `buffer` as far as one read does."""
        data = self._head.read(len(buffer)) or self._source.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def unpacked(file: IO[bytes], budget: Budget) -> IO[bytes]:
    """What `file` holds once unpacked: gzip, bzip2 or xz by its first bytes, else as it is."""
    head = file.read(6)
    whole = io.BufferedReader(Rewound(head, file))
    source: Source = whole
    if head.startswith(b"\x1f\x8b"):
        source = gzip.GzipFile(fileobj=whole)
    elif head.startswith(b"BZh"):
        source = bz2.BZ2File(whole)
    elif head.startswith(b"\xfd7zXZ\x00"):
        source = lzma.LZMAFile(whole)  # noqa: SIM115 - closed with what it reads from
    return io.BufferedReader(Metered(source, budget), 64 * 1024)
