"""Settings that are good one by one and cannot be meant together, and values that no program could use."""

import dataclasses
import math
import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from filter.config.mistakes import Mistake
from filter.config.settings import Settings
from filter.door.endpoint import Endpoint
from filter.tomlfile.lines import Path as Key
from filter.tomlfile.problems import shown

_HOSTNAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,253}|\[[A-Za-z0-9:.]{2,60}\]")
"""A domain or an address literal, as HELO and Received say it (RFC 5321 section 4.1.2)."""
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
"""All addresses of this machine, and the one of them by which it reaches itself."""


def clashes(settings: Settings) -> Iterator[Mistake]:
    """Two doors at one address, mail that would come back to us, names and paths that cannot be meant."""
    if settings.hostname and not _HOSTNAME.fullmatch(settings.hostname):
        yield ("hostname",), f"hostname = {shown(settings.hostname)}", "write a name as mx.example.net"
    yield from _shared(settings)
    yield from _circles(settings)
    yield from _homes(settings, ())


def infinite(content: Mapping[str, Any], key: Key = ()) -> Iterator[tuple[Key, float]]:
    """Each number that is inf or nan, and where it stands: no score ever reaches a threshold of nan."""
    for name, value in content.items():
        if isinstance(value, dict):
            yield from infinite(value, (*key, name))
        elif isinstance(value, float) and not math.isfinite(value):
            yield (*key, name), value


def _shared(settings: Settings) -> Iterator[Mistake]:
    """A port can be shared by processes, so the system would give each connection to one door or the other."""
    found: dict[Endpoint, str] = {}
    for key, address in _places(settings):
        place = _place(address)
        if place is None or not (place.port or place.path):  # port 0: any free one
            continue
        name = ".".join(map(str, key[:-1]))
        if place in found:
            yield key, f"{found[place]} listens at {address}, too", "give one of them another address"
        found.setdefault(place, name)


def _places(settings: Settings) -> Iterator[tuple[Key, str]]:
    for kind in ("listeners", "milters", "spamd", "http"):
        for name, door in getattr(settings, kind).items():
            yield (kind, name, "address"), door.address
    yield ("status", "address"), settings.status.address


def _circles(settings: Settings) -> Iterator[Mistake]:
    for name, listener in settings.listeners.items():
        key = settings.relay_of(listener)
        here, relay = _place(listener.address), settings.relays.get(key)
        if here is None or relay is None or relay.maildir is not None:
            continue
        ours = {here, Endpoint(_ANY.get(here.host, here.host), here.port)}
        if here.port and not ours.isdisjoint(map(_place, relay.addresses)):
            wrong = f"the relay {key} is the listener {name} itself: mail would go round in a circle"
            yield ("relays", key, "addresses"), wrong, "name the mail server behind hamgate"


def _homes(value: Any, key: Key) -> Iterator[Mistake]:
    """Paths that begin with `~`: a shell knows whose home that is, a server does not."""
    if isinstance(value, Path) and value.parts[:1] and value.parts[0].startswith("~"):
        yield key, f"{key[-1]} = {shown(str(value))}", "write the whole path, without ~"
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _homes(inner, (*key, name))
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from _homes(getattr(value, one.name), (*key, one.name))


def _place(address: str) -> Endpoint | None:
    """Where it is, in one spelling; None if it is no address, which is said elsewhere."""
    try:
        place = Endpoint.parse(address)
    except ValueError:
        return None
    if place.host == "localhost":
        return Endpoint("127.0.0.1", place.port)
    return Endpoint(str(ip_address(place.host)), place.port) if place.is_literal else place
