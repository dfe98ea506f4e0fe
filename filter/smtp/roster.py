"""Which address of the relay is next. One that failed is left out for a while, as long as another one is not."""

from collections.abc import Sequence
from dataclasses import dataclass

from filter.door.endpoint import Endpoint

LEFT_OUT = 30.0
"""Seconds for which an address that failed is asked last only."""


@dataclass(frozen=True, slots=True)
class AddressState:
    """What became of an address, for people and metrics."""

    address: str
    fault: str = ""
    """Why it failed the last time; empty if it worked since, or was not asked yet."""
    failures: int = 0
    """How often it failed since it last worked."""


@dataclass(slots=True)
class _Entry:
    endpoint: Endpoint
    fault: str = ""
    failures: int = 0
    until: float = 0.0


class Roster:
    """The addresses in order of preference. `now` is always of one monotonic clock."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self._entries = {endpoint: _Entry(endpoint) for endpoint in endpoints}

    def order(self, now: float) -> list[Endpoint]:
        """All addresses in the order to ask them: a message is tried again later only if none of them works."""
        return sorted(self._entries, key=lambda endpoint: self._entries[endpoint].until > now)

    def failed(self, endpoint: Endpoint, fault: str, now: float) -> None:
        """Leave an address out."""
        entry = self._entries[endpoint]
        entry.fault, entry.failures, entry.until = fault, entry.failures + 1, now + LEFT_OUT

    def worked(self, endpoint: Endpoint) -> None:
        """Take an address back in."""
        self._entries[endpoint] = _Entry(endpoint)

    def states(self) -> tuple[AddressState, ...]:
        """Return the state of each address, in order of preference."""
        return tuple(AddressState(str(one.endpoint), one.fault, one.failures) for one in self._entries.values())
