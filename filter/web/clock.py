"""The patience with one client: so many seconds for all of something, and fewer without an octet."""

import asyncio
import math
from collections.abc import Callable


class Clock:
    """Rings when a client is too slow, or silent for `idle` seconds; it stands still while the client waits for us.

    One timer serves all waits: it is set anew only when it rings too early, or would ring too late.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, idle: float, ring: Callable[[], None]) -> None:
        self._loop = loop
        self._idle = idle
        self._ring = ring
        self._heard = loop.time()
        self._deadline = math.inf
        self._timer: asyncio.TimerHandle | None = None

    def heard(self) -> None:
        """Octets came."""
        self._heard = self._loop.time()

    def expect(self, seconds: float) -> None:
        """Give the client so long for what comes next."""
        self._heard = self._loop.time()
        self._deadline = self._heard + seconds
        if self._timer is None or self._timer.when() > self._due:
            self._set()

    def rest(self) -> None:
        """The client waits for us."""
        self._deadline = math.inf

    def stop(self) -> None:
        """Never ring again."""
        self.rest()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def running(self) -> bool:
        """Whether the client is waited for."""
        return self._deadline < math.inf

    @property
    def _due(self) -> float:
        return min(self._deadline, self._heard + self._idle)

    def _set(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._due, self._look)

    def _look(self) -> None:
        self._timer = None
        if not self.running:
            return
        if self._loop.time() < self._due:
            self._set()
        else:
            self.stop()
            self._ring()
