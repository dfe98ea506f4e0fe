"""Scanners that do what a scanner must not do. A worker finds them by name; none needs a model."""

import os
import resource
import signal
import stat
import time
from pathlib import Path
from typing import Self

from filter.envelope import Envelope
from filter.verdict import Hit, Verdict

GTUBE = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


class Fair:
    """Judges as a scanner should: the test string for spam is spam, the rest is ham."""

    version = "fair"

    @classmethod
    def load(cls, _: Path | None, __: Path | None) -> Self:
        return cls()

    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        detail = f"{len(raw)} {envelope.sender!r} {len(envelope.recipients)}"
        if GTUBE in raw:
            return Verdict((Hit("GTUBE", 1000.0, detail),))
        return Verdict((Hit("HAM", -7.318, detail), Hit("SILENT", 0.0)))


class Raises(Fair):
    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        raise ValueError("\r\n250 fooled")


class Recurses(Fair):
    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        return self.scan(raw, envelope)


class Hangs(Fair):
    """Sleeps as Python does: the worker's own clock wakes it."""

    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        time.sleep(60)
        return super().scan(raw, envelope)


class Slow(Fair):
    """Takes its time, but not too much."""

    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        time.sleep(0.3)
        return super().scan(raw, envelope)


class Waits(Fair):
    """Judges when somebody has written into the pipe (FIFO) whose path is the message."""

    version = "waits"

    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        Path(raw.decode()).read_bytes()
        return super().scan(raw, envelope)


class Deaf(Fair):
    """Hangs where no signal helps, as C code may: only SIGKILL ends it."""

    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        time.sleep(60)
        return super().scan(raw, envelope)


class Burns(Fair):
    """Loops where Python's own clock is not heard, as C code may."""

    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        while True:
            pass


class Eats(Fair):
    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        return Verdict((Hit("EATEN", float(len(bytearray(1 << 40)))),))


class Dies(Fair):
    """Killed as by the system when memory runs out; only if the message says so, so that its successor works."""

    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        if b"die" in raw:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().scan(raw, envelope)


class Confesses(Fair):
    """Tells what the process may do, as a message that took it over would find."""

    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        limit, _ = resource.getrlimit(resource.RLIMIT_NPROC)
        core, _ = resource.getrlimit(resource.RLIMIT_CORE)
        kinds = ["socket" if stat.S_ISSOCK(os.fstat(fd).st_mode) else "other" for fd in range(3, 64) if is_open(fd)]
        score = Path("/proc/self/oom_score_adj").read_text().strip()
        return Verdict((Hit("FOUND", 0.0, f"{limit} {core} {score} {kinds}"),))


def is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


class Lies(Fair):
    """Answers with a symbol that would become a header line of its own."""

    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        return Verdict((Hit("A\r\nX-Spam-Flag: NO", 1.0),))


class Boundless(Fair):
    """Gives points that are no number of the machine."""

    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        verdict = Verdict((Hit("HAM", 0.0),))
        object.__setattr__(verdict, "hits", (Hit("HAM", 10**400),))
        return verdict


class Infinite(Fair):
    def scan(self, raw: bytes, envelope: Envelope, clues: int = 0) -> Verdict:
        return Verdict((Hit("A", float("inf")),))


class NoModel(Fair):
    @classmethod
    def load(cls, _: Path | None, __: Path | None) -> Self:
        raise RuntimeError("model /x/card.json is damaged")


class FirstFails(Fair):
    """One of several fails to load, and makes the file of its model for a sign; the others are at it for long."""

    @classmethod
    def load(cls, *paths: Path | None) -> Self:
        flag, _ = paths
        assert flag is not None
        try:
            flag.touch(exist_ok=False)
        except FileExistsError:
            time.sleep(60)
        raise RuntimeError("the first")
