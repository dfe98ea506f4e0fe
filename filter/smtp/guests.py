"""Who is connected: counts per address, and the farewell to all when the server stops."""

import asyncio
from collections import Counter
from typing import Protocol

from filter.reply import Reply
from filter.smtp import answers
from filter.smtp.limits import Limits


class Guest(Protocol):
    """A connected session."""

    address: str

    def ask_to_leave(self) -> None:
        """Say 421 now if no message is under way, else after it."""

    def throw_out(self) -> None:
        """Break the connection off."""


class Guests:
    """The sessions of one server."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._present: set[Guest] = set()
        self._counts: Counter[str] = Counter()
        self._closing = False
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._present)

    def enter(self, guest: Guest) -> Reply | None:
        """Let a session in, or say why not. Either way it counts until it leaves."""
        self._present.add(guest)
        self._counts[guest.address] += 1
        self._empty.clear()
        if self._closing:
            return answers.SHUTTING_DOWN
        if len(self._present) > self._limits.connections:
            return answers.TOO_MANY_CONNECTIONS
        if self._counts[guest.address] > self._limits.connections_per_address:
            return answers.TOO_MANY_FROM_YOU
        return None

    def leave(self, guest: Guest) -> None:
        """Forget a session."""
        self._present.discard(guest)
        self._counts[guest.address] -= 1
        if not self._counts[guest.address]:
            del self._counts[guest.address]
        if not self._present:
            self._empty.set()

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
