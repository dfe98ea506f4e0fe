"""Signals for a process without an event loop: octets in a socket, so that none is lost while it does other work."""

import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def heard(numbers: Sequence[int]) -> Iterator[socket.socket]:
    """A socket that does not block, with an octet for each signal of the `numbers`, its number. Main thread only."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
    signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    try:
        yield ours
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
        ours.close()
        theirs.close()


def unheard(numbers: Sequence[int]) -> None:
    """In a child: the `numbers` do again what they do to any process, and its parent's socket hears nothing of them."""
    signal.set_wakeup_fd(-1)
    for number in numbers:
        signal.signal(number, signal.SIG_DFL)
