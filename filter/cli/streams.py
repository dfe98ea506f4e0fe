"""Standard input, output and error as whoever calls us left them: closed, or on a full disk."""

import errno
import os
import sys

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def open_closed() -> None:
    """Open what is closed, to nothing; else the next file that is opened would be taken for it, and written to."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this one
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))


def discard() -> None:
    """Send what is left of the output to nothing: at its end Python writes it once more, and would fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def is_unwritten(error: Exception) -> bool:
    """Whether `error` came from standard output: those of files have a name, those of the network other numbers."""
    return isinstance(error, OSError) and error.filename is None and error.errno in _FULL
