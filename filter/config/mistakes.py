"""What is wrong with settings that single values cannot show."""

import re
from collections.abc import Collection, Iterator

from filter.config.settings import DOORS, ListenerSettings, RelayTable, Settings
from filter.door.endpoint import Endpoint
from filter.door.settings import DoorTable
from filter.door.unix import parse_mode
from filter.rules.own.entries import Addresses, Domains
from filter.terms import Terms
from filter.tomlfile.lines import Path as Key
from filter.tomlfile.problems import choices, shown

Mistake = tuple[Key, str, str]
"""Where, what is wrong, and what to write instead."""
_CONTACT = re.compile(r"[!-~](?:[ -~]{0,198}[!-~])?")


def mistakes(settings: Settings, lost: Collection[Key] = ()) -> Iterator[Mistake]:
    """Names that nobody has, and parts that contradict each other.

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
