"""Who is connected: counts per address, and the farewell to all when the server stops."""

import asyncio
from collections import Counter
from enum import Enum
from typing import Protocol

from filter.door.attempts import place


class Shut(Enum):
    """Why somebody is not let in."""

    CLOSING = "the server is being stopped"
    FULL = "too many connections"
    CROWDED = "too many connections from this address"


class Crowding(Protocol):
    """How many there may be at one time."""

    @property
    def connections(self) -> int:
        """In all."""

    @property
    def connections_per_address(self) -> int:
        """Of one address."""


class Guest(Protocol):
    """A session that is connected."""

    @property
    def address(self) -> str:
        """The client's address; empty if it has none, or as long as only a balancer in front of it is known."""

    def ask_to_leave(self) -> None:
        """End it now if no message is under way, else after it."""

    def throw_out(self) -> None:
        """Break the connection off."""


class Guests:
    """The sessions of one door."""

    def __init__(self, room: Crowding) -> None:
        self._room = room
        self._present: dict[Guest, str] = {}
        self._counts: Counter[str] = Counter()
        self._closing = False
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._present)

    def enter(self, guest: Guest) -> Shut | None:
        """Let a session in, or say why not. Either way it counts until it leaves."""
        self._present[guest] = ""
        self._empty.clear()
        shut = self.recognise(guest)
        if self._closing:
            return Shut.CLOSING
        return Shut.FULL if len(self._present) > self._room.connections else shut

    def recognise(self, guest: Guest) -> Shut | None:
        """Count a session under the address that it has now, no longer under the one before; or say why not."""
        self._uncount(self._present[guest])
        address = self._present[guest] = place(guest.address)
        if not address:
            return None
        self._counts[address] += 1
        return Shut.CROWDED if self._counts[address] > self._room.connections_per_address else None

    def _uncount(self, address: str) -> None:
        if address:
            self._counts[address] -= 1
            if not self._counts[address]:
                del self._counts[address]

    def leave(self, guest: Guest) -> None:
        """Forget a session."""
        self._uncount(self._present.pop(guest, ""))
        if not self._present:
            self._empty.set()

    def under(self, room: Crowding) -> "Guests":
        """The same guests, with other limits for those who come."""
        self._room = room
        return self

    async def gone(self) -> None:
        """Wait until nobody is here."""
        await self._empty.wait()

    async def farewell(self, seconds: float) -> int:
        """Ask all to leave, wait `seconds` for messages under way, and return how many had to be thrown out."""
        self._closing = True
        for guest in tuple(self._present):
            guest.ask_to_leave()
        try:
            async with asyncio.timeout(seconds):
                await self.gone()
        except TimeoutError:
            left = tuple(self._present)
            for guest in left:
                guest.throw_out()
            return len(left)
        return 0
