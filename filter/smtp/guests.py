"""Who is connected: counts per address, and the farewell to all when the server stops."""

import asyncio
from collections import Counter
from typing import Protocol

from filter.reply import Reply
from filter.smtp import answers
from filter.smtp.attempts import Attempts, place
from filter.smtp.limits import Limits


class Guest(Protocol):
    """A connected session."""

    @property
    def address(self) -> str:
        """The client's address; empty as long as only a balancer in front of it is known."""

    def ask_to_leave(self) -> None:
        """Say 421 now if no message is under way, else after it."""

    def throw_out(self) -> None:
        """Break the connection off."""


class Guests:
    """The sessions of one server."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._present: dict[Guest, str] = {}
        self._counts: Counter[str] = Counter()
        self._closing = False
        self._empty = asyncio.Event()
        self._empty.set()
        self.failed_logins = Attempts(limits.logins_per_address, limits.login_window)

    def __len__(self) -> int:
        return len(self._present)

    def enter(self, guest: Guest) -> Reply | None:
        """Let a session in, or say why not. Either way it counts until it leaves."""
        self._present[guest] = ""
        self._empty.clear()
        refusal = self.recognise(guest)
        if self._closing:
            return answers.SHUTTING_DOWN
        return answers.TOO_MANY_CONNECTIONS if len(self._present) > self._limits.connections else refusal

    def recognise(self, guest: Guest) -> Reply | None:
        """Count a session under the address that it has now, no longer under the one before; or say why not."""
        self._uncount(self._present[guest])
        address = self._present[guest] = place(guest.address)
        if not address:
            return None
        self._counts[address] += 1
        crowded = self._counts[address] > self._limits.connections_per_address
        return answers.TOO_MANY_FROM_YOU if crowded else None

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

    def under(self, limits: Limits) -> "Guests":
        """The same guests, with other limits for those who come."""
        self._limits = limits
        self.failed_logins = self.failed_logins.under(limits.logins_per_address, limits.login_window)
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
