"""What somebody tries too often: passwords from one address, spam from one account. A flood of it is bounded."""

import ipaddress
from collections import OrderedDict, deque
from functools import lru_cache

from filter.rules.own.entries import client

KEYS = 10_000
"""Addresses or accounts remembered at most; those that failed last are kept."""


class Attempts:
    """Counts failures within the last `window` seconds; times are those of a monotonic clock."""

    def __init__(self, limit: int, window: float, keys: int = KEYS) -> None:
        self._limit = limit
        self._window = window
        self._keys = keys
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def under(self, limit: int, window: float) -> "Attempts":
        """A copy of the failures so far, under another limit."""
        made = Attempts(limit, window, self._keys)
        made._failures.update((key, deque(times, maxlen=limit)) for key, times in self._failures.items())
        return made

    def __len__(self) -> int:
        return len(self._failures)

    def failed(self, who: str, now: float) -> None:
        """Note a failure of an address or account."""
        key = place(who)
        self._failures.setdefault(key, deque(maxlen=self._limit)).append(now)
        self._failures.move_to_end(key)
        if len(self._failures) > self._keys:
            self._failures.popitem(last=False)

    def blocked(self, who: str, now: float) -> bool:
        """Whether `who` has failed as often as they may, and not long enough ago."""
        return self.wait(who, now) > 0.0

    def wait(self, who: str, now: float) -> float:
        """Seconds until `who` may try again; 0 if they may."""
        times = self._failures.get(place(who))
        return 0.0 if times is None or len(times) < self._limit else max(0.0, times[0] + self._window - now)


@lru_cache(KEYS)
def place(who: str) -> str:
    """Whoever has one IPv6 address has the 2**64 of its network (RFC 4291 section 2.5.1)."""
    known = client(who)
    if isinstance(known, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(known) >> 64 << 64, 64)))
    return who
