"""The server as a whole: workers, relays and listeners, started, changed and stopped without losing mail."""

import asyncio
import errno
import importlib.metadata
import logging
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from filter.changeover import Changeover
from filter.child import PoolSettings, StartError
from filter.config.settings import ListenerSettings, RelayTable, Settings
from filter.door.attempts import Attempts
from filter.door.endpoint import Endpoint
from filter.door.guests import Guests
from filter.door.listening import admit, bind, close
from filter.policy import Policy
from filter.reply import Reply
from filter.rules.own.entries import usual_address, usual_domain
from filter.smtp.entrance import Entrance
from filter.smtp.guarded import GuardedRelay, OpenRelayError
from filter.smtp.maildir import MaildirRelay
from filter.smtp.probe import relays_anywhere
from filter.smtp.proxy import Proxy, Witness, write_to_log
from filter.smtp.relay import Relay, RelayError
from filter.smtp.server import Server
from filter.smtp.upstream import SmtpRelay
from filter.terms import PolicyBook

log = logging.getLogger("hamgate.service")

SCANNER = "filter.scan:Scanner"
HOUR = 3600.0
MOST_WORKERS = 4
"""By default: each holds a model, and a core judges 1000 messages a second."""


def version() -> str:
    """Return the version of this distribution."""
    return importlib.metadata.version("hamgate")


def hostname() -> str:
    """Return the name we call ourselves in SMTP (RFC 5321 section 2.3.5), asked once: a resolver may be slow."""
    name = socket.getfqdn()
    return name if name.isascii() and name.isprintable() and " " not in name else "localhost"


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


def make_relay(table: RelayTable, name: str) -> Relay:
    """Choose the kind of relay. StartError: it cannot be used."""
    if table.maildir is not None:
        return MaildirRelay(table.maildir)
    try:
        return SmtpRelay(table, name)
    except (OSError, ValueError) as error:
        raise StartError(f"relay {', '.join(table.addresses)}: {error}") from error


def policy_book(settings: Settings, listener: ListenerSettings) -> PolicyBook:
    """Whose terms count at `listener`."""
    policy = listener.policy.over(settings.policy.over(Policy()))
    domains, recipients = settings.policy.domains, settings.policy.recipients
    return PolicyBook(
        policy,
        {usual_domain(name): terms for name, terms in domains.items()},
        {usual_address(name): terms for name, terms in recipients.items()},
    )


@dataclass
class Door:
    """A listener that runs. What new sessions find behind it can be exchanged at once."""

    name: str
    settings: ListenerSettings
    proxy: Proxy
    entrance: Entrance
    guests: Guests
    server: asyncio.Server | None = None

    def session(self) -> Server:
        """What serves the next client."""
        return Server(self.proxy, self.guests, asyncio.get_running_loop(), self.entrance)

    @property
    def bound(self) -> Endpoint:
        """Where it listens, with the port that port 0 has become."""
        wanted = Endpoint.parse(self.settings.address)
        port = self.server.sockets[0].getsockname()[1] if self.server and self.server.sockets else wanted.port
        return Endpoint(wanted.host, port)


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
        self._farewells: set[asyncio.Task[int]] = set()
        self._hostname = hostname()

    async def start(self) -> None:
        """Start workers, look at the relays, and only then let clients in. StartError: one line for the operator."""
        await self.change(self.settings)

    async def change(self, settings: Settings) -> None:
        """Go over to `settings` as a whole. On StartError nothing has changed."""
        name = settings.hostname or self._hostname
        relays = {key: make_relay(table, name) for key, table in settings.relays.items()}
        doors = {key: self._door(key, listener, settings, relays, name) for key, listener in settings.listeners.items()}
        for door in doors.values():
            await _probe(door)
        opened = await self._open(doors)
        try:
            await self.judge.change(pool_settings(settings, self._factory))
        except BaseException:
            for server in opened.values():
                server.close()
            raise
        self.settings, self.relays = settings, relays
        self._exchange(doors, opened)
        for server in opened.values():
            await admit(server)

    def _door(
        self, key: str, listener: ListenerSettings, settings: Settings, relays: Mapping[str, Relay], name: str
    ) -> Door:
        relay = relays[settings.relay_of(listener)]
        if _reached_by_strangers(listener) and not isinstance(relay, MaildirRelay):
            relay = GuardedRelay(relay)
        before = self.doors.get(key)
        try:
            entrance = Entrance(listener)
        except (OSError, ValueError) as error:
            raise StartError(f"listener {key}: {_certificate_fault(listener, error)}") from error
        proxy = Proxy(
            relay,
            self.judge,
            policy_book(settings, listener),
            listener.limits,
            name,
            version(),
            listener=key,
            spam_attempts=_spam_attempts(listener, before),
            witnesses=self._witnesses,
            orphaned=self._orphaned,
            committing=self._committing,
        )
        return Door(key, listener, proxy, entrance, Guests(listener.limits))

    async def _open(self, doors: Mapping[str, Door]) -> dict[str, asyncio.Server]:
        """Listen where nobody listens yet; nothing is served before `Door.session` is asked for the new door."""
        opened: dict[str, asyncio.Server] = {}
        try:
            for key, door in doors.items():
                before = self.doors.get(key)
                if before is None or before.settings.address != door.settings.address:
                    place = Endpoint.parse(door.settings.address)
                    opened[key] = await _listen(place, partial(self._session, key), self._passed.get(key))
        except BaseException:
            for server in opened.values():
                server.close()
            raise
        return opened

    def _session(self, key: str) -> Server:
        return self.doors[key].session()

    def _exchange(self, doors: Mapping[str, Door], opened: Mapping[str, asyncio.Server]) -> None:
        """Show new clients the new doors. Those who are in stay with what they found, to the end of their session."""
        before, self.doors = self.doors, dict(doors)
        for key, door in doors.items():
            old = before.pop(key, None)
            door.server = opened.get(key) or (old.server if old else None)
            if old is not None:
                door.guests = old.guests.under(door.settings.limits)
                if key in opened and old.server is not None:
                    old.server.close()
        for old in before.values():
            if old.server is not None:
                old.server.close()
            task = asyncio.ensure_future(old.guests.farewell(self.settings.drain))
            self._farewells.add(task)
            task.add_done_callback(self._farewells.discard)

    async def drain(self) -> None:
        """Take nobody in any more, finish what is under way, and stop the workers."""
        log.info("stopping: no new connections, %d open", sum(len(door.guests) for door in self.doors.values()))
        for key, door in self.doors.items():
            if door.server is not None:
                await close(door.server, door.session, queue=key not in self._passed)
        farewells = [door.guests.farewell(self.settings.drain) for door in self.doors.values()]
        thrown_out = await asyncio.gather(*farewells, *self._farewells)
        if self._committing:  # the relay has these messages or not: only its word tells, and it is worth the wait
            patience = max(table.patience.final for table in self.settings.relays.values())
            await asyncio.wait(self._committing, timeout=patience)
        await self.judge.end()
        log.info("stopped, %d connections broken off", sum(thrown_out))


async def _listen(
    address: Endpoint, factory: Callable[[], Server], passed: socket.socket | None = None
) -> asyncio.Server:
    try:
        return await bind(factory, address.host, address.port, passed)
    except OSError as error:
        raise StartError(_why_not(address, error)) from error


def _why_not(address: Endpoint, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"{address} is taken by another program: stop it, or choose another port with --listen"
    if error.errno == errno.EACCES:
        return f"not allowed to listen on {address}: ports below 1024 need privileges; choose another with --listen"
    if error.errno in (None, errno.EADDRNOTAVAIL):  # Python 3.12 says it without a number
        return f"cannot listen on {address}: this machine has no such address"
    return f"cannot listen on {address}: {error.strerror or error}"


def _certificate_fault(listener: ListenerSettings, error: Exception) -> str:
    path = listener.tls_certificate
    return f"certificate {path}: {error}" if isinstance(error, OSError) else str(error)


def _spam_attempts(listener: ListenerSettings, before: "Door | None") -> Attempts | None:
    """What accounts have tried so far holds over a reload."""
    if not listener.spam_per_user:
        return None
    known = before.proxy.spam_attempts if before else None
    return (known or Attempts(listener.spam_per_user, HOUR)).under(listener.spam_per_user, HOUR)


async def _probe(door: Door) -> None:
    """Say whether the relay answers. If not we start all the same: it may come up later, and MAIL gets 451.

    A relay that would send mail from anywhere to anywhere through us stops the start (StartError).
    """
    relay = door.proxy.relay
    try:
        await (relay.check() if isinstance(relay, GuardedRelay) else relays_anywhere(relay))
    except OpenRelayError as error:
        raise StartError(
            f"{error}, and so it would through us from "
            "anybody. Take this machine out of the relay's trusted networks (Postfix: mynetworks), or, if only "
            "trusted clients can connect here, start with --trust-clients (settings: trust_clients = true)"
        ) from error
    except RelayError as fault:
        log.warning("relay %s does not answer (%s): clients get 451 until it does", relay, fault)
    else:
        log.info("relay %s answers", relay)


def _reached_by_strangers(listener: ListenerSettings) -> bool:
    """Whether somebody whom nobody trusts can speak there: also one whom a balancer on this machine brings."""
    here_only = Endpoint.parse(listener.address).is_loopback
    brought = bool(listener.proxy_protocol_from or listener.xclient_from)
    return not (listener.trust_clients or listener.auth) and (brought or not here_only)
