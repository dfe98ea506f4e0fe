"""Whether the Postfix of this machine asks our milters; its MILTER_README says how it must be written."""

import re
import shlex
from collections.abc import Iterator

from filter.config.settings import Settings
from filter.doctor import postconf
from filter.doctor.finding import Finding, ok, warn
from filter.doctor.postconf import Wiring
from filter.door.endpoint import Endpoint

_MILTER = re.compile(r"(?:inet|unix|local):[^\s,{}]+")
"""One of a list; since Postfix 3.0 it may stand in braces with settings of its own."""

_ANY = ("0.0.0.0", "::")  # noqa: S104 - how "all addresses" is written


def asking(settings: Settings, found: Wiring) -> Iterator[Finding]:
    """Which smtpd asks each milter of ours. One that others can reach may be asked from another machine."""
    for key, door in settings.milters.items():
        endpoint = Endpoint.parse(door.address)
        fronts = [one.name for one in found.smtpds if _names(found.value(one, "smtpd_milters"), endpoint)]
        if fronts:
            yield ok("postfix", f"the smtpd {', '.join(fronts)} asks the milter {key}")
        elif endpoint.is_loopback:
            yield warn("postfix", f"no smtpd asks the milter {key} at {endpoint}", _remedy(endpoint, found))


def _names(milters: str, endpoint: Endpoint) -> bool:
    return any(_leads_to(one, endpoint) for one in _MILTER.findall(milters))


def _leads_to(milter: str, endpoint: Endpoint) -> bool:
    """A path may be seen from a chroot, or from the queue's folder."""
    kind, _, path = milter.partition(":")
    if kind != "inet":
        return endpoint.path == path or endpoint.path.endswith("/" + path.lstrip("/"))
    place = None if endpoint.path else postconf.place(milter)
    if place is None or place.port != endpoint.port:
        return False
    return place.host == endpoint.host or (place.is_loopback and (endpoint.is_loopback or endpoint.host in _ANY))


def _remedy(endpoint: Endpoint, found: Wiring) -> str:
    ours = str(endpoint) if endpoint.path else f"inet:{endpoint}"
    value = " ".join(filter(None, (found.main.get("smtpd_milters", ""), ours)))
    return f"when the server runs:\n$ postconf -e {shlex.quote(f'smtpd_milters={value}')} && postfix reload"
