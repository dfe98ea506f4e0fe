"""Whether this server can do its work, and what it does: looked at once a second, told to machines and people."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from filter.metrics import Metrics
from filter.summary import Reading, summary

INTERVAL = 1.0
"""Seconds between two looks."""
FORGIVEN = 60.0
"""Seconds after which a relay that failed counts as not tried: only the next message will tell."""
STUCK = 10.0
"""Seconds without a turn of the event loop after which a server process is called stuck."""


class RelayState(Protocol):
    """What is known of one address of a relay."""

    @property
    def address(self) -> str:
        """Where it listens."""

    @property
    def fault(self) -> str:
        """Why it failed the last time; empty if it did not, or was not asked yet."""

    @property
    def failures(self) -> int:
        """How often it failed since it last worked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the parts of a server say of themselves. They are asked in the event loop, so none may wait."""

    listening: Callable[[], bool]
    listeners: Callable[[], Mapping[str, str]]
    """The address of each listener by its name."""
    connections: Callable[[], int]
    workers: Callable[[], int]
    """Workers that run, free or not."""
    free: Callable[[], int]
    replaced: Callable[[], int]
    """Workers that were replaced since the start."""
    relays: Callable[[], Mapping[str, Iterable[RelayState]]]
    """The addresses of each relay by its name; a maildir has none."""
    model: Callable[[], str]
    """The version of the model that judges."""
    learned: Callable[[], int | None] = lambda: None
    """Messages learned at this site, if that is known."""
    unwritten: Callable[[], int] = lambda: 0
    """Rows that the history did not take."""


class Health:
    """Looks at the sources, sets the gauges, and says what is wrong."""

    def __init__(self, metrics: Metrics, sources: Sources, clock: Callable[[], float] = time.monotonic) -> None:
        self._metrics, self._sources, self._clock = metrics, sources, clock
        self._failures: dict[tuple[str, str], tuple[int, float]] = {}
        self._faults: dict[tuple[str, str], str] = {}

    async def run(self) -> None:
        """Look once a second, for ever."""
        while True:
            self.look()
            await asyncio.sleep(INTERVAL)

    def look(self) -> list[str]:
        """Set the gauges of this process and return what is wrong with it, a line for each reason."""
        metrics, sources = self._metrics, self._sources
        reasons = self._reasons()
        metrics.admit(sources.listeners())
        metrics.processes.set(1)
        metrics.ready.set(not (reasons and sources.listening()))  # no client meets one that does not listen
        metrics.heartbeat.set(self._clock())
        metrics.connections.set(sources.connections())
        metrics.workers.set(sources.workers())
        metrics.free.set(sources.free())
        metrics.advance(metrics.replaced, sources.replaced())
        metrics.advance(metrics.unwritten, sources.unwritten())
        metrics.judged_by(sources.model())
        if (learned := sources.learned()) is not None:
            metrics.learned.set(learned)
        return reasons

    def _reasons(self) -> list[str]:
        reasons = [] if self._sources.listening() else ["not listening"]
        if not self._sources.workers():
            reasons.append("no worker runs: messages wait, then get 451")
        for name, states in self._sources.relays().items():
            reasons += self._relay(name, list(states))
        return reasons

    def _relay(self, name: str, states: list[RelayState]) -> list[str]:
        """Why a relay cannot be had: each of its addresses failed a short while ago."""
        failed = []
        for state in states:
            self._metrics.relay_up.labels(name, state.address).set(not state.fault)
            if self._failed_lately(name, state):
                failed.append(f"relay {name}: {state.address} does not answer: {state.fault}")
        return failed if len(failed) == len(states) else []

    def _failed_lately(self, name: str, state: RelayState) -> bool:
        key, now = (name, state.address), self._clock()
        failures, since = self._failures.get(key, (0, now))
        if state.failures != failures:
            since = now
        self._failures[key], self._faults[key] = (state.failures, since), state.fault
        return bool(state.fault) and now - since < FORGIVEN

    def reasons(self) -> list[str]:
        """What is wrong now with this process, or with one that shares its counters."""
        reasons = self.look()
        reading = Reading(self._metrics.samples())
        silent = self._clock() - reading.one("heartbeat_seconds")
        if silent > STUCK:
            reasons.append(f"a server process has been stuck for {silent:.0f} s")
        if not reasons and not reading.one("ready"):
            reasons.append("another server process is not ready: its log says why")
        return reasons

    def summary(self) -> dict[str, Any]:
        """What runs, what is wrong with it, and what it has done since its start."""
        reasons = self.reasons()
        found = summary(Reading(self._metrics.samples()))
        for relay in found["relays"]:
            relay["fault"] = "" if relay["up"] else self._faults.get((relay["relay"], relay["address"]), "")
        listeners, learned = dict(self._sources.listeners()), self._sources.learned()
        return {"ready": not reasons, "reasons": reasons, "listeners": listeners, "learned": learned, **found}
