"""Failed logins by client address, so that passwords cannot be tried from one connection after the other."""

import ipaddress
from collections import OrderedDict, deque

from filter.rules.own.entries import client

ADDRESSES = 10_000
"""Addresses remembered at most; those that failed last are kept."""


class Attempts:
    """Counts failures within the last `window` seconds; times are those of a monotonic clock."""

    def __init__(self, limit: int, window: float, addresses: int = ADDRESSES) -> None:
        self._limit = limit
        self._window = window
        self._addresses = addresses
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._failures)

    def failed(self, address: str, now: float) -> None:
        """Note a failure."""
        key = _place(address)
        self._failures.setdefault(key, deque(maxlen=self._limit)).append(now)
        self._failures.move_to_end(key)
        if len(self._failures) > self._addresses:
            self._failures.popitem(last=False)

    def blocked(self, address: str, now: float) -> bool:
        """Whether `address` has failed as often as it may, and not long enough ago."""
        times = self._failures.get(_place(address))
        return times is not None and len(times) == self._limit and times[0] > now - self._window


def _place(address: str) -> str:
    """Whoever has one IPv6 address has the 2**64 of its network (RFC 4291 section 2.5.1)."""
    known = client(address)
    if isinstance(known, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(known) >> 64 << 64, 64)))
    return address
