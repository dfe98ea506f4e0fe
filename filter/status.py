"""The status of a server by HTTP: `/metrics`, `/healthz`, `/readyz` and `/status.json`, on a port of their own."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from filter.child import StartError
from filter.door.endpoint import Endpoint
from filter.health import Health
from filter.metrics import CONTENT_TYPE, Metrics
from filter.pages import Answer, Page, PageServer
from filter.store.errors import StateError
from filter.store.history import History

log = logging.getLogger("hamgate.status")

SPANS = {"minute": 60.0, "hour": 3600.0, "day": 86_400.0}
_KEPT = 2.0
"""Seconds for which counts of the history serve again: many may watch."""


class Status:
    """Serves the status while it is entered, as an asynchronous context manager."""

    def __init__(self, metrics: Metrics, health: Health, version: str, history: Path | None = None) -> None:
        """`history`: the file that tells what happened in the last minute, hour and day."""
        self._metrics, self._health, self._version = metrics, health, version
        self._counts = _Counts(history) if history else None
        self._server = PageServer(self.pages())
        self._looking: asyncio.Task[None] | None = None

    async def start(self, address: str = "", shared: bool = False) -> str:
        """Look after the server's health, and listen if there is an address; returns the bound one.

        `shared`: other server processes listen there, too. Raises StartError with a line for the operator.
        """
        self._looking = asyncio.create_task(self._health.run(), name="health")
        if not address:
            return ""
        place = _place(address)
        if not place.is_loopback:
            log.warning("status.address = %s: anybody who can connect reads it, there is no password", place)
        try:
            port = await self._server.start(place.host, place.port, shared)
        except OSError as error:
            raise StartError(f"status.address = {place}: cannot listen there: {error.strerror or error}") from error
        return str(Endpoint(place.host, port))

    async def stop(self) -> None:
        """Close the port."""
        await self._server.stop()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    def pages(self) -> dict[str, Page]:
        """The pages by their paths."""
        return {"/metrics": self._figures, "/healthz": self._alive, "/readyz": self._ready, "/status.json": self._all}

    async def _alive(self) -> Answer:
        return Answer(b"alive\n")  # said by the event loop that serves the mail

    async def _ready(self) -> Answer:
        reasons = self._health.reasons()
        status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
        return Answer("".join(f"{line}\n" for line in reasons or ["ready"]).encode(), status=status)

    async def _figures(self) -> Answer:
        self._health.look()
        return Answer(self._metrics.page(), CONTENT_TYPE)

    async def _all(self) -> Answer:
        found = {"time": time.time(), "version": self._version, **self._health.summary()}
        if self._counts:
            found["messages"] |= await self._counts.by_span()
        return Answer(json.dumps(found).encode() + b"\n", "application/json")


def _place(address: str) -> Endpoint:
    try:
        place = Endpoint.parse(address)
    except ValueError as error:
        raise StartError(f"status.address = {error}") from error
    if place.path:  # without a host we would listen everywhere
        raise StartError(f"status.address = {place}: write HOST:PORT, as 127.0.0.1:9925")
    return place


class _Counts:
    """Messages of the last minute, hour and day by action, from the history."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path, self._clock = path, clock
        self._lock = asyncio.Lock()
        self._found: dict[str, dict[str, int]] = {}
        self._until = 0.0

    async def by_span(self) -> dict[str, dict[str, int]]:
        """The counts; empty if the history cannot be read just now."""
        async with self._lock:
            if self._clock() >= self._until:
                self._found = await asyncio.to_thread(self._count)
                self._until = self._clock() + _KEPT
            return self._found

    def _count(self) -> dict[str, dict[str, int]]:
        try:
            with History(self._path) as history:
                return {name: history.counts(self._clock() - seconds) for name, seconds in SPANS.items()}
        except StateError as error:
            log.warning("history: %s", error)
            return {}
