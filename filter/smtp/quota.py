"""How much spam one sender may try before nothing of theirs is taken for a while: a stolen password is noticed."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

MOST_SENDERS = 10_000
"""Senders that are remembered; beyond that the one whose spam is longest ago is forgotten."""


class Quota:
    """Counts messages that were refused as spam, for each account (or client address) and hour."""

    def __init__(self, most: int, seconds: float = 3600.0, clock: Callable[[], float] = time.monotonic) -> None:
        """`most` 0: no limit."""
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def note(self, sender: str) -> None:
        """Count a message of `sender`."""
        if not self._most:
            return
        times = self._times.setdefault(sender, deque(maxlen=self._most))
        times.append(self._clock())
        self._times.move_to_end(sender)
        if len(self._times) > MOST_SENDERS:
            self._times.popitem(last=False)

    def wait(self, sender: str) -> float:
        """Seconds until `sender` may send again; 0 if they may."""
        times = self._times.get(sender)
        if times is None or len(times) < self._most:
            return 0.0
        return max(0.0, times[0] + self._seconds - self._clock())
