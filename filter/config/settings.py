"""All settings of a server. Docstrings of fields are the manual: `hamgate config describe` prints them.

Each part of hamgate has its own frozen parameters; here they are only put together under the names of the file.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast

from annotated_types import Ge, Gt, Le

from filter.door.settings import DoorTable
from filter.milter.settings import MilterDoor
from filter.record import Privacy
from filter.smtp.limits import Limits
from filter.smtp.listener import Listener
from filter.smtp.relay_settings import RelaySettings
from filter.spamd.settings import SpamdDoor
from filter.terms import RecipientTerms, Terms
from filter.web.settings import HttpDoor

T = TypeVar("T")


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
