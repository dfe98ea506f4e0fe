"""All settings of a server. Docstrings of fields are the manual: `hamgate config describe` prints them.

Each part of hamgate has its own frozen parameters; here they are only put together under the names of the file.
"""

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast

from annotated_types import Ge, Gt, Le

from filter.door.endpoint import Endpoint
from filter.door.settings import DoorTable
from filter.door.unix import parse_mode
from filter.milter.settings import MilterDoor
from filter.record import Privacy
from filter.rules.own.entries import Addresses, Domains
from filter.smtp.limits import Limits
from filter.smtp.listener import Listener
from filter.smtp.relay_settings import RelaySettings
from filter.spamd.settings import SpamdDoor
from filter.terms import RecipientTerms, Terms
from filter.tomlfile.lines import Path as Key
from filter.tomlfile.problems import choices, shown
from filter.web.settings import HttpDoor

T = TypeVar("T")
_CONTACT = re.compile(r"[!-~](?:[ -~]{0,198}[!-~])?")
Mistake = tuple[Key, str, str]
"""Where, what is wrong, and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """What judges."""

    state: Path | None = None
    """Folder of the active model and of learned mail (`hamgate model`, `hamgate learn`), taken up while it runs."""
    folder: Path | None = None
    """Folder of one model, instead of `state`. Without both the shipped model judges."""
    rules: Path | None = None
    """Rules and lists of your own (see "Your own rules" in the README), read again when they change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """The processes that read messages. Nothing a message does to them harms the server."""

    count: Annotated[int, Ge(0), Le(256)] = 0
    """How many; 0 means one per core, at most four."""
    seconds: Annotated[float, Ge(1.0), Le(600.0)] = 20.0
    """For one message; then it cannot be judged (`on_fault`)."""
    memory_mib: Annotated[int, Ge(256)] = 2048
    """Address space of a worker in MiB; a worker that needs more is replaced."""
    patience: Annotated[float, Ge(0.0), Le(600.0)] = 60.0
    """Seconds that a message waits for a free worker. Postfix waits 100 s for a before-queue filter."""
    queue: Annotated[int, Ge(0)] = 0
    """Messages that may wait for a free worker; the next one cannot be judged (`on_fault`). 0 means 64 for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """The log on standard error: one line for each message, never its text."""

    format: Literal["text", "json"] = "text"
    """`text`: key=value; `json`: one object on each line."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    """What is less weighty is left out."""
    addresses: Privacy = "plain"
    """Addresses of senders, recipients, clients and accounts: `plain`, `hashed` (the same address gives the same 16
    digits) or `hidden`. Holds for the history, too."""
    key_file: Path | None = None
    """A file with a secret for `hashed`, so that digits stay the same after a restart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySettings:
    """What became of each message, for `hamgate explain REFERENCE`."""

    file: Path | None = None
    """A SQLite file; without it only the log knows."""
    days: Annotated[float, Gt(0.0)] = 30.0
    """Rows that are older are deleted."""
    rows: Annotated[int, Ge(1)] = 1_000_000
    """The oldest rows beyond this number are deleted; a million takes some 900 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSettings:
    """Counters for people and machines: `/metrics` (Prometheus), `/healthz`, `/readyz`, and `hamgate status`."""

    address: str = ""
    """HOST:PORT to listen on, by HTTP and without a password: keep it on loopback. Empty: off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings(Terms):
    """What happens to a message by its score, for the whole server."""

    domains: Mapping[str, RecipientTerms] = field(default_factory=dict)
    """What mail to a domain (and those below it) gets otherwise."""
    recipients: Mapping[str, RecipientTerms] = field(default_factory=dict)
    """What mail to one address gets otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayTable(RelaySettings):
    """One server that gets the mail; it is never told a message before hamgate has judged it."""

    maildir: Path | None = None
    """A folder that takes all mail instead, for trying."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerSettings(Listener):
    """One listening address, who may speak there, and what happens to what they bring."""

    address: str
    """HOST:PORT, or [IPv6]:PORT."""
    relay: str = ""
    """The name of the relay that gets the mail; may be left out if there is only one."""
    policy: Terms = field(default_factory=Terms)
    """What is otherwise here than in [policy]."""
    limits: Limits = field(default_factory=Limits)
    """How much one client may ask."""
    spam_per_user: Annotated[int, Ge(0)] = 0
    """Messages at `reject_at` or above that one account (or address, without AUTH) may try in an hour before all its
    mail is refused for the rest of it; 0: no such limit."""
    trust_clients: bool = False
    """Only trusted clients can connect: a relay that sends their mail anywhere is no open relay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole file."""

    hostname: str = ""
    """The name we greet with; empty: what this machine is called."""
    processes: Annotated[int, Ge(1), Le(64)] = 1
    """Server processes that share the listeners, each with its own workers."""
    drain: Annotated[float, Ge(0.0)] = 80.0
    """Seconds for messages under way when the server stops; systemd kills after 90."""
    model: ModelSettings = field(default_factory=ModelSettings)
    """What judges."""
    workers: WorkerSettings = field(default_factory=WorkerSettings)
    """The processes that read messages."""
    policy: PolicySettings = field(default_factory=PolicySettings)
    """What happens to a message by its score. The order, from the weakest: this table, the listener's `policy`,
    the recipient's domain, the recipient."""
    listeners: Mapping[str, ListenerSettings] = field(default_factory=dict)
    """Where clients and mail servers bring mail by SMTP, each under a name of your choice, which stands in the log."""
    milters: Mapping[str, MilterDoor] = field(default_factory=dict)
    """Where mail servers ask by the milter protocol."""
    spamd: Mapping[str, SpamdDoor] = field(default_factory=dict)
    """Where clients of SpamAssassin's spamd ask."""
    http: Mapping[str, HttpDoor] = field(default_factory=dict)
    """Where clients ask by HTTP, those of rspamd too."""
    relays: Mapping[str, RelayTable] = field(default_factory=dict)
    """Who gets the mail, each under a name of your choice."""
    log: LogSettings = field(default_factory=LogSettings)
    """The log."""
    history: HistorySettings = field(default_factory=HistorySettings)
    """What became of each message."""
    status: StatusSettings = field(default_factory=StatusSettings)
    """Counters."""

    def relay_of(self, listener: ListenerSettings) -> str:
        """The name of the relay behind `listener`."""
        return listener.relay or next(iter(self.relays), "")

    def tables(self) -> dict[str, DoorTable]:
        """All doors but the SMTP listeners, by their names."""
        return {**self.milters, **self.spamd, **self.http}

    def addresses(self) -> dict[str, str]:
        """Where each door listens, by its name."""
        smtp = {name: one.address for name, one in self.listeners.items()}
        return {**smtp, **{name: one.address for name, one in self.tables().items()}}

    def at(self, addresses: Mapping[str, str]) -> "Settings":
        """These settings with other addresses for some doors."""
        tables: dict[str, Any] = {kind: _moved(getattr(self, kind), addresses) for kind in DOORS}
        return replace(self, **tables)

    def below(self, folder: Path) -> "Settings":
        """These settings with relative paths taken from `folder`."""
        return _below(self, folder)


DOORS = ("listeners", "milters", "spamd", "http")
"""The tables of doors."""


def _moved(tables: Mapping[str, Any], addresses: Mapping[str, str]) -> dict[str, Any]:
    return {name: replace(one, address=addresses.get(name, one.address)) for name, one in tables.items()}


def mistakes(settings: Settings, lost: Collection[Key] = ()) -> Iterator[Mistake]:
    """What single values cannot show: names that nobody has, and parts that contradict each other.

    `lost`: what was left out for errors that are told already, as if it were not there.
    """
    tables = {key[0] for key in lost if key}
    if settings.model.state is not None and settings.model.folder is not None:
        yield ("model", "folder"), "state and folder name two models", "leave one of them out"
    nothing = not settings.addresses() and tables.isdisjoint(DOORS)
    if nothing:
        yield (), "no listener", "write [listeners.inbound] and its address below"
    if not settings.relays and (settings.listeners or nothing) and "relays" not in tables:
        yield (), "no relay", "write [relays.postfix] and its addresses below"
    for name, listener in settings.listeners.items():
        if ("relays", listener.relay) not in lost:
            yield from _relay_mistakes(("listeners", name), listener, settings)
        yield from _listener_mistakes(("listeners", name), listener, settings)
    yield from _door_mistakes(settings)
    if settings.status.address and (wrong := _endpoint_mistake(settings.status.address)) is not None:
        yield ("status", "address"), *wrong
    yield from _policy_mistakes(settings)
    yield from _contacts(settings)


def _listener_mistakes(key: Key, listener: ListenerSettings, settings: Settings) -> Iterator[Mistake]:
    if (odd := _endpoint_mistake(listener.address)) is not None:
        yield (*key, "address"), *odd
    relay = settings.relays.get(settings.relay_of(listener))
    if listener.all_or_nothing and listener.protocol == "smtp" and relay and relay.protocol == "lmtp":
        wrong = "an LMTP relay takes one recipient at a time from an SMTP client"
        yield (*key, "all_or_nothing"), wrong, 'write all_or_nothing = false, or protocol = "lmtp"'
    if listener.auth and relay and not _keeps_secrets(relay):
        wrong = "passwords would cross the network to the relay in clear text, or to whoever poses as it"
        yield ("relays", settings.relay_of(listener), "tls"), wrong, 'write tls = "require", and leave verify true'
    if listener.auth and listener.tls == "off" and not _is_loopback(listener.address):
        yield (*key, "auth"), "passwords would cross the network in clear text", 'write tls = "require"'


def _relay_mistakes(key: Key, listener: ListenerSettings, settings: Settings) -> Iterator[Mistake]:
    names = list(settings.relays)
    if listener.relay and names and listener.relay not in names:
        yield (*key, "relay"), f"no relay is called {listener.relay!r}", choices(listener.relay, names)
    if not listener.relay and len(names) > 1:
        yield key, "there are several relays", f"write relay = one of {', '.join(names)}"


def _door_mistakes(settings: Settings) -> Iterator[Mistake]:
    """One name means one door in log and lists, whatever is spoken there."""
    known: dict[str, str] = {}
    for kind in DOORS:
        for name, table in getattr(settings, kind).items():
            if name in known:
                yield (kind, name), f"there is {known[name]}.{name} already", "choose another name for one of them"
            known[name] = kind
            if isinstance(table, DoorTable):
                yield from _table_mistakes((kind, name), table)


def _table_mistakes(key: Key, table: DoorTable) -> Iterator[Mistake]:
    try:
        Endpoint.parse(table.address)
    except ValueError:
        wrong = f"address = {shown(table.address)}"
        yield (*key, "address"), wrong, "write HOST:PORT, as 127.0.0.1:11332, or unix:/PATH"
    try:
        parse_mode(table.socket_mode)
    except ValueError as error:
        yield (*key, "socket_mode"), f"socket_mode = {shown(table.socket_mode)}", str(error)


def _keeps_secrets(relay: RelayTable) -> bool:
    here = relay.maildir is not None or all(_is_loopback(address) for address in relay.addresses)
    return here or (relay.tls in ("require", "implicit") and relay.verify)


def _endpoint_mistake(address: str) -> tuple[str, str] | None:
    try:
        endpoint = Endpoint.parse(address)
    except ValueError as error:
        hint = str(error).partition(": ")[2]
    else:
        hint = ""
        if endpoint.host:
            return None
    return f"address = {shown(address)}", hint or "write HOST:PORT, as 127.0.0.1:10025"


def _is_loopback(address: str) -> bool:
    try:
        return Endpoint.parse(address).is_loopback
    except ValueError:
        return True  # that it is no address is said elsewhere


def _policy_mistakes(settings: Settings) -> Iterator[Mistake]:
    for table, members in (("domains", Domains()), ("recipients", Addresses())):
        for name in getattr(settings.policy, table):
            try:
                members.add(name)
            except ValueError as error:
                wrong, _, instead = str(error).partition(": ")
                yield ("policy", table, name), f"{name} {wrong}", instead


def _contacts(settings: Settings) -> Iterator[Mistake]:
    places: list[tuple[Key, Terms]] = [(("policy",), settings.policy)]
    places += [((kind, name, "policy"), one.policy) for kind in DOORS for name, one in getattr(settings, kind).items()]
    for key, terms in places:
        if terms.contact and not _CONTACT.fullmatch(terms.contact):
            yield (*key, "contact"), f"contact = {shown(terms.contact)}", "write an address or URL of 200 ASCII letters"


def _below(value: T, folder: Path) -> T:
    """`value` with each relative path in it taken from `folder`."""
    if isinstance(value, Path):
        return cast(T, folder / value)
    if isinstance(value, dict):
        return cast(T, {name: _below(inner, folder) for name, inner in value.items()})
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {one.name: _below(getattr(value, one.name), folder) for one in dataclasses.fields(value)}
        return cast(T, replace(value, **changes))
    return value
