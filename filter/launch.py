"""How the server runs: as one process or as several under a supervisor, and who hears when it is ready."""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Protocol

from filter import heartbeat, systemd
from filter.child import StartError
from filter.config.settings import Settings
from filter.held import Held, hold
from filter.link import Link, News
from filter.metrics import forget
from filter.service import Service
from filter.serving import INTERNAL, Reread, Stages, run
from filter.supervisor import Hooks, Supervisor
from filter.tomlfile.errors import TomlFileError

log = logging.getLogger("hamgate.launch")

Greet = Callable[[Service], None]


class Run(Protocol):
    """What each server process does: `filter.service.run`, or that with more around it."""

    def __call__(
        self,
        settings: Settings,
        on_ready: Greet,
        *,
        reread: Reread | None,
        passed: Mapping[str, socket.socket],
        stages: Stages,
    ) -> Coroutine[None, None, None]:
        """See `filter.service.run`."""


def launch(
    settings: Settings,
    greet: Greet,
    *,
    reread: Reread | None = None,
    run: Run = run,
    forget: Callable[[int], None] = forget,
) -> int:
    """Serve until SIGTERM or SIGINT and return the exit code. `greet` is called once, when clients can come.

    At SIGHUP settings come from `reread`. `run` is called in each server process, after it was forked: threads, open
    files and counters are made there. `forget` hears of each that has ended. StartError: one line to show.
    """
    server = _Server(settings, greet, reread, run, forget)
    if settings.processes > 1:
        return server.several()
    server.alone()
    return 0


class _Server:
    def __init__(
        self, settings: Settings, greet: Greet, reread: Reread | None, run: Run, forget: Callable[[int], None]
    ) -> None:
        self._settings = self._read = settings
        self._greet = greet
        self._reread = reread
        self._run = run
        self._forget = forget
        self._watchdog = systemd.watchdog()
        self._beats: set[asyncio.Task[None]] = set()
        self._held = Held({}, {})
        self._greeted = False
        try:
            self._passed = systemd.passed_sockets()
        except ValueError as error:
            raise StartError(str(error)) from error
        if unknown := ", ".join(self._passed.keys() - settings.addresses().keys()):
            raise StartError(f"sockets were passed for listeners that the settings do not name: {unknown}")

    def alone(self) -> None:
        """One process."""
        stages = Stages(systemd.reloading, _tell_reloaded, systemd.stopping)
        reread = self._reread_alone if self._reread else None
        asyncio.run(self._run(self._settings, self._ready_alone, reread=reread, passed=self._passed, stages=stages))

    def _reread_alone(self) -> Settings:
        settings = self._reread() if self._reread else self._settings
        if settings.processes > 1:
            log.warning("processes = %d counts from the next start: now there is one", settings.processes)
        return settings

    def _ready_alone(self, service: Service) -> None:
        self._beat(service, systemd.alive)
        systemd.ready(_status(service.settings))
        self._greet(service)

    def _beat(self, service: Service, say: Callable[[], None]) -> None:
        if self._watchdog is not None:
            self._beats.add(asyncio.get_running_loop().create_task(heartbeat.beat(service.judge, self._watchdog, say)))

    def several(self) -> int:
        """A supervisor and its children."""
        self._held = hold(self._settings, self._passed)
        supervisor = Supervisor(
            self._child,
            self._settings.processes,
            self._hooks(),
            watchdog=self._watchdog,
        )
        try:
            return supervisor.run()
        finally:
            self._held.close()

    def _hooks(self) -> Hooks:
        return Hooks(
            self._ready_all,
            systemd.stopping,
            systemd.alive,
            self._forget,
            self._reread_for_all,
            self._taken,
            partial(_tell_reloaded, "a server process refused the settings, the log tells why"),
        )

    def _ready_all(self) -> None:
        self._greeted = True  # by the first child; one that comes in its place does not do it again
        systemd.ready(_status(self._settings))

    def _reread_for_all(self) -> int | None:
        """Read the settings before the children do: if they are broken, no child shall try them.

        That they can be read is not enough to start a child with them, see `_taken`.
        """
        systemd.reloading()
        try:
            self._read = self._reread() if self._reread else self._settings
        except TomlFileError as error:
            log.error("not reloaded, all stays as it was: %s", error)
            _tell_reloaded(str(error))
            return None
        except Exception as error:  # the children serve on
            log.exception("not reloaded, all stays as it was: %s", type(error).__name__)
            _tell_reloaded(INTERNAL)
            return None
        return self._read.processes

    def _taken(self) -> None:
        """A child has found certificates, ports and relays to be right, too."""
        self._settings = self._read

    def _child(self, number: int, link: Link) -> int:
        """What each child does."""
        stages = Stages(reloaded=lambda fault: link.say(News.REFUSED if fault else News.RELOADED))
        ready = partial(self._child_ready, number, link)
        try:
            asyncio.run(
                self._run(
                    self._held.over(self._settings),
                    ready,
                    reread=self._reread_in_child,
                    passed={**self._passed, **{name: sock for name, (_, sock) in self._held.paths.items()}},
                    stages=stages,
                )
            )
        except StartError as error:
            print(f"Error: {error}", file=sys.stderr)  # noqa: T201 - as the command would say it
            return 1
        return 0

    def _reread_in_child(self) -> Settings:
        return self._held.over(self._reread() if self._reread else self._settings)

    def _child_ready(self, number: int, link: Link, service: Service) -> None:
        link.follow(asyncio.get_running_loop())
        self._beat(service, partial(link.say, News.ALIVE))
        link.say(News.READY)
        if number == 0 and not self._greeted:
            self._greet(service)


def _tell_reloaded(fault: str) -> None:
    systemd.ready(f"not reloaded: {fault}" if fault else "reloaded")


def _status(settings: Settings) -> str:
    listeners = ", ".join(f"{name} ({address})" for name, address in settings.addresses().items())
    return f"{settings.processes} process{'es' * (settings.processes > 1)}, listening: {listeners}"
