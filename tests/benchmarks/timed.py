"""A scanner that notes what its scans cost: what is left of a worker's time is what stands around them.

A worker finds it by the name `timed:Timed`, for it must work with the code of other trees too.
"""

import os
import struct
import time
from pathlib import Path
from typing import Self

from filter.envelope import Envelope
from filter.scan import Scanner
from filter.verdict import Verdict

SUM = "HAMGATE_SCAN_SECONDS"
"""Environment variable that names the folder of the sums, one file for each worker."""


class Timed:
    """The scanner of hamgate itself, with a clock."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self.version = scanner.version
        self._seconds = 0.0
        folder = Path(os.environ[SUM])
        self._file = os.open(folder / str(os.getpid()), os.O_WRONLY | os.O_CREAT, 0o600)

    @classmethod
    def load(cls, model: Path | None, rules: Path | None) -> Self:
        """See `filter.worker.Scanner`."""
        return cls(Scanner.load(model, rules))

    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        """See `filter.worker.Scanner`."""
        before = time.thread_time()  # where RLIMIT_CPU is set, process_time() only moves with the tick of the system
        verdict = self._scanner.scan(raw, envelope, clues)
        self._seconds += time.thread_time() - before
        os.pwrite(self._file, struct.pack("d", self._seconds), 0)
        return verdict


def seconds(folder: Path) -> float:
    """CPU seconds of all scans so far."""
    return sum(float(struct.unpack("d", file.read_bytes())[0]) for file in folder.iterdir())
