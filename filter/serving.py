"""A server process from its start to its end: the service, what watches it, and the signals that it heeds.

SIGTERM and SIGINT: finish what is under way and end. SIGHUP: go over to settings, rules, lists, model and certificates
as they are now, as a whole or not at all.
"""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from filter.assembly.house import version
from filter.child import StartError
from filter.config.settings import LogSettings, Settings
from filter.door.desk import Witness, write_to_log
from filter.door.settings import DoorTable
from filter.health import Health
from filter.learned import Learned
from filter.metrics import Metrics
from filter.observed import sources
from filter.record import Record, veil
from filter.service import SCANNER, PartError, Service
from filter.status import Status
from filter.store.errors import StateError
from filter.store.history_writer import HistoryWriter
from filter.tomlfile.errors import TomlFileError

log = logging.getLogger("hamgate.service")

T = TypeVar("T")

Reread = Callable[[], Settings]
"""Reads the settings again. Raises TomlFileError."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Who must hear how the server's life goes on, beside the log: systemd, or a parent process."""

    reloading: Callable[[], None] = lambda: None
    reloaded: Callable[[str], None] = lambda fault: None
    """With what went wrong, if something did."""
    stopping: Callable[[], None] = lambda: None


NOBODY = Stages()
INTERNAL = "an error within the server, which the log tells"
"""The fault of a reload that nobody foresaw."""


async def run(
    settings: Settings,
    on_ready: Callable[[Service], None],
    *,
    reread: Reread | None = None,
    factory: str = SCANNER,
    passed: Mapping[str, socket.socket] | None = None,
    stages: Stages = NOBODY,
) -> None:
    """Serve until SIGTERM or SIGINT. `on_ready` hears when clients can come. StartError: one line to show.

    `reread` gives the settings at SIGHUP; `factory` and `passed` are for `Service`.
    """
    stop, changed = _signals()
    async with _watched(settings, factory, passed, stages) as service:
        await _unless(stop, service.start())
        if not stop.is_set():
            on_ready(service)
        while not stop.is_set():
            await _first(stop, changed)
            if changed.is_set() and not stop.is_set():
                changed.clear()
                stages.reloading()
                fault = await _unless(stop, reload(service, reread))
                if fault is not None:
                    stages.reloaded(fault)


@asynccontextmanager
async def _watched(
    settings: Settings, factory: str, passed: Mapping[str, socket.socket] | None, stages: Stages
) -> AsyncIterator[Service]:
    """A service that is to be started, is counted, kept in the history, and says how it is."""
    metrics = Metrics(settings.addresses(), version())
    writer = _history(settings)
    hidden = _hidden(settings.log)
    witnesses: list[Witness] = [metrics, lambda record: write_to_log(hidden(record))]
    if writer is not None:
        witnesses.append(lambda record: writer(hidden(record)))
    service = Service(settings, factory=factory, witnesses=witnesses, orphaned=metrics.orphan, passed=passed)
    learned = Learned(lambda: service.settings.model.state)
    found = sources(service, service.judge.model, lambda: learned.messages, lambda: writer.dropped if writer else 0)
    status = Status(metrics, Health(metrics, found), version(), settings.history.file)
    counting: asyncio.Task[None] | None = None
    try:
        await status.start(settings.status.address, shared=settings.processes > 1)
        counting = asyncio.create_task(learned.run(), name="learned") if settings.status.address else None
        yield service
    finally:
        if counting is not None:
            counting.cancel()
        stages.stopping()
        await service.drain()
        await status.stop()
        if writer is not None:
            await asyncio.to_thread(writer.close)


def _history(settings: Settings) -> HistoryWriter | None:
    kept = settings.history
    if kept.file is None:
        return None
    try:
        return HistoryWriter(kept.file, kept.days, kept.rows)
    except StateError as error:
        raise StartError(str(error)) from error


def _hidden(settings: LogSettings) -> Callable[[Record], Record]:
    try:
        key = settings.key_file.read_bytes().strip() if settings.key_file else b""
    except OSError as error:
        hint = f"make one: (umask 077; openssl rand -hex 16 > {settings.key_file})"
        raise StartError(f"log.key_file: {settings.key_file}: {error.strerror}: {hint}") from error
    return veil(settings.addresses, key)


async def reload(service: Service, reread: Reread | None) -> str:
    """Take up settings, rules, lists, model and certificates. What is wrong is returned, and the old ones stay."""
    before = service.settings
    try:
        await service.change(reread() if reread else before)
    except (TomlFileError, StartError) as error:
        log.error("not reloaded, all stays as it was: %s", error)
        return str(error)
    except PartError as error:
        log.error("reloaded, but not all of it: %s", error)
        return str(error)
    except Exception as error:  # whatever it is, mail is served as before
        log.exception("not reloaded, all stays as it was: %s", type(error).__name__)
        return INTERNAL
    log.info("reloaded")
    for name in ("log", "history", "status"):
        if getattr(before, name) != getattr(service.settings, name):
            log.warning("a change of %s takes a restart", name)
    for name, table in service.settings.tables().items():
        if _opens_otherwise(table, before.tables().get(name, table)):
            log.warning("a change of socket_mode or socket_group of %s takes a restart", name)
    return ""


def _opens_otherwise(table: DoorTable, before: DoorTable) -> bool:
    """Whether others may connect to a unix socket, which stays as it is while it is open."""
    same = table.address == before.address and table.address.startswith("unix:")
    return same and (table.socket_mode, table.socket_group) != (before.socket_mode, before.socket_group)


def _signals() -> tuple[asyncio.Event, asyncio.Event]:
    stop, changed = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, changed.set)
    return stop, changed


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What `work` gives or raises; None if `stop` came first: then it was cancelled, and has ended."""
    task, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        task.cancel()
        await asyncio.wait((task, stopped))
    return None if task.cancelled() else task.result()


async def _first(*events: asyncio.Event) -> None:
    """Wait for one of `events`."""
    tasks = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
