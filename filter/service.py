"""The server as a whole: workers, relays and listeners, started, changed and stopped without losing mail."""

import asyncio
import errno
import logging
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from filter.assembly.door import Door
from filter.assembly.doors import make_doors
from filter.assembly.house import House, hostname
from filter.assembly.smtp import make_relay
from filter.changeover import Changeover
from filter.child import PoolSettings, StartError
from filter.config.settings import Settings
from filter.door.desk import Witness, write_to_log
from filter.door.endpoint import Endpoint
from filter.door.guests import Guests
from filter.door.listening import Make, admit, bind, close
from filter.held import open_unix
from filter.reply import Reply
from filter.smtp.limits import Patience
from filter.smtp.relay import Relay
from filter.smtp.upstream import SmtpRelay

log = logging.getLogger("hamgate.service")

SCANNER = "filter.scan:Scanner"
MOST_WORKERS = 4
"""By default: each holds a model, and a core judges 1000 messages a second."""


def pool_settings(settings: Settings, factory: str = SCANNER) -> PoolSettings:
    """How workers are run."""
    workers, model = settings.workers, settings.model
    return PoolSettings(
        count=workers.count or max(1, min(MOST_WORKERS, len(os.sched_getaffinity(0)))),
        model=model.folder,
        rules=model.rules,
        state=model.state,
        seconds=workers.seconds,
        memory=workers.memory_mib << 20,
        patience=workers.patience,
        queue=workers.queue,
        factory=factory,
    )


class PartError(Exception):
    """New settings are in use, but not all of them: a line for the operator says what fails."""


class Service:
    """All that runs in one server process."""

    def __init__(
        self,
        settings: Settings,
        *,
        factory: str = SCANNER,
        witnesses: Sequence[Witness] = (write_to_log,),
        orphaned: Callable[[bool], None] = lambda _: None,
        passed: Mapping[str, socket.socket] | None = None,
    ) -> None:
        """`factory` names what judges in the workers; `witnesses` and `orphaned` hear what becomes of messages.

        `passed`: sockets that listen already, by the names of the listeners whose address they stand for.
        """
        self.settings = settings
        self.judge = Changeover()
        self.relays: dict[str, Relay] = {}
        self.doors: dict[str, Door] = {}
        self._factory = factory
        self._witnesses = tuple(witnesses)
        self._orphaned = orphaned
        self._passed = passed or {}
        self._committing: set[asyncio.Task[tuple[Reply, ...]]] = set()
        self._left: list[Door] = []
        """Doors that are no more, and not shut yet."""
        self._farewells: set[asyncio.Task[int]] = set()
        self._hostname = hostname()

    async def start(self) -> None:
        """Start workers, look at the relays, and only then let clients in. StartError: one line for the operator."""
        try:
            await self.change(self.settings)
        except PartError as error:
            raise StartError(str(error)) from error

    async def change(self, settings: Settings) -> None:
        """Go over to `settings` as a whole. On StartError nothing has changed, on PartError nearly all."""
        name = settings.hostname or self._hostname
        relays = {key: make_relay(table, name) for key, table in settings.relays.items()}
        house = House(settings, relays, self.judge, name, self._witnesses, self._orphaned, self._committing)
        doors = make_doors(house, self.doors)
        for door in doors.values():
            await door.check()
        opened = await self._open(doors, settings)
        try:
            await self.judge.change(pool_settings(settings, self._factory))
        except BaseException:
            for server in opened.values():
                server.close()
            raise
        self._left += self._exchange(settings, relays, doors, opened)
        await self._hand_over(opened)

    async def _hand_over(self, opened: Mapping[str, asyncio.Server]) -> None:
        """Let clients in at new doors, and shut those that are no more; what fails at one is no reason for another."""
        steps = [(key, partial(admit, server)) for key, server in opened.items()]
        steps += [(old.name, partial(self._shut, old)) for old in self._left]
        faults = []
        for name, step in steps:
            try:
                await step()
            except Exception as error:
                log.exception("%s: %s", name, type(error).__name__)
                faults.append(f"{name}: {getattr(error, 'strerror', None) or type(error).__name__}")
        if faults:
            raise PartError("; ".join(faults))

    async def _open(self, doors: Mapping[str, Door], settings: Settings) -> dict[str, asyncio.Server]:
        """Listen where nobody listens yet; nothing is served before `Door.session` is asked for the new door."""
        opened: dict[str, asyncio.Server] = {}
        try:
            for key, door in doors.items():
                before = self.doors.get(key)
                if before is None or before.address != door.address:
                    opened[key] = await self._listen(key, door.address, settings)
        except BaseException:
            for server in opened.values():
                server.close()
            raise
        return opened

    async def _listen(self, key: str, address: str, settings: Settings) -> asyncio.Server:
        place, make, passed = Endpoint.parse(address), partial(self._session, key), self._passed.get(key)
        if passed is None and place.path:
            with open_unix(settings, key) as bound:
                return await _bind(place, make, bound)
        return await _bind(place, make, passed)

    def _session(self, key: str) -> asyncio.BaseProtocol:
        return self.doors[key].session()

    def _exchange(
        self,
        settings: Settings,
        relays: dict[str, Relay],
        doors: dict[str, Door],
        opened: Mapping[str, asyncio.Server],
    ) -> list[Door]:
        """Show new clients the new doors, and return those that nobody is to find any more.

        Those who are in stay with what they found, to the end of their session. Nothing here waits or fails.
        """
        before, self.doors = self.doors, doors
        self.settings, self.relays = settings, relays
        left = []
        for key, old in before.items():
            door = doors.get(key)
            if door is not None:
                door.succeed(old)
            if door is None or key in opened:
                left.append(old)
            else:
                door.server = old.server
        for key, server in opened.items():
            doors[key].server = server
        return left

    async def _shut(self, old: Door) -> None:
        """Close a door that is no more, without a word to those who stand before it: they are let in."""
        if old.server is not None:
            await close(old.server, old.session, queue=old.name not in self._passed)
        self._left.remove(old)
        if old.guests is not self._guests_of(old.name):
            task = asyncio.ensure_future(old.guests.farewell(self.settings.drain))
            self._farewells.add(task)
            task.add_done_callback(self._farewells.discard)

    def _guests_of(self, name: str) -> Guests | None:
        door = self.doors.get(name)
        return door.guests if door else None

    async def drain(self) -> None:
        """Take nobody in any more, finish what is under way, and stop the workers."""
        log.info("stopping: no new connections, %d open", sum(len(door.guests) for door in self.doors.values()))
        for key, door in self.doors.items():
            if door.server is not None:
                await close(door.server, door.session, queue=key not in self._passed)
        with suppress(PartError):  # it is in the log
            await self._hand_over({})  # a reload was broken off
        farewells = [door.guests.farewell(self.settings.drain) for door in self.doors.values()]
        thrown_out = await asyncio.gather(*farewells, *self._farewells)
        if self._committing:  # the relay has these messages or not: only its word tells, and it is worth the wait
            patience = max((table.patience.final for table in self.settings.relays.values()), default=Patience().final)
            await asyncio.wait(self._committing, timeout=patience)
        for relay in self.relays.values():
            if isinstance(relay, SmtpRelay):
                relay.end()
        await self.judge.end()
        log.info("stopped, %d connections broken off", sum(thrown_out))


async def _bind(address: Endpoint, make: Make, passed: socket.socket | None) -> asyncio.Server:
    try:
        return await bind(make, address.host, address.port, passed)
    except OSError as error:
        raise StartError(_why_not(address, error)) from error


def _why_not(address: Endpoint, error: OSError) -> str:
    other = "(--listen, or address in the settings)"
    if error.errno == errno.EADDRINUSE:
        return f"{address} is taken by another program: stop it, or choose another port {other}"
    if error.errno == errno.EACCES:
        return f"not allowed to listen on {address}: ports below 1024 need privileges; choose another {other}"
    if error.errno in (None, errno.EADDRNOTAVAIL):  # Python 3.12 says it without a number
        return f"cannot listen on {address}: this machine has no such address"
    return f"cannot listen on {address}: {error.strerror or error}"
