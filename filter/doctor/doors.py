"""The addresses that we listen on: free, taken by our own server, or by somebody else?"""

import errno
import socket
import ssl
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from filter.config.settings import ListenerSettings, Settings
from filter.doctor.finding import Finding, fail, ok, written
from filter.doctor.holder import Holder, holder
from filter.smtp.endpoint import Endpoint

PATIENCE = 5.0
"""Seconds for a greeting, beside the delay that a listener makes."""
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - bound to all: ask this machine
_LONGEST = 512


@dataclass(frozen=True, slots=True)
class Door:
    """A listener as it was found."""

    finding: Finding
    runs: bool = False
    """Our server answers there."""
    holder: Holder | None = None


def here(address: str) -> Endpoint:
    """Where a client on this machine finds a server that listens on `address`."""
    endpoint = Endpoint.parse(address)
    return Endpoint(_ANY.get(endpoint.host, endpoint.host), endpoint.port)


def doors(settings: Settings, name: str) -> Iterator[tuple[str, Door]]:
    """Each listener by its name; `name` is what our server calls itself."""
    count = Counter(listener.address for listener in settings.listeners.values())
    for key, listener in settings.listeners.items():
        if count[listener.address] > 1:
            remedy = written(f"listeners.{key}", 'address = "..."  # one that no other listener has')
            yield key, Door(fail("listener", f"{key}: another listener has {listener.address} too", remedy))
        else:
            yield key, _door(key, listener, name)


def _door(key: str, listener: ListenerSettings, name: str) -> Door:
    endpoint = Endpoint.parse(listener.address)
    fault = _taken(endpoint)
    if fault is None:
        return Door(ok("listener", f"{key}: {endpoint} is free"))
    if fault.errno != errno.EADDRINUSE:
        return Door(_no_place(key, endpoint, fault))
    found, greeting = holder(endpoint.port), greeted(listener)
    protocol = "LMTP" if listener.protocol == "lmtp" else "ESMTP"
    if greeting == f"220 {name} {protocol}" or (found is not None and found.is_hamgate and greeting[:3] == "220"):
        return Door(ok("listener", f"{key}: our server answers at {endpoint}"), True, found)
    return Door(_strange(key, endpoint, found, greeting), holder=found)


def _taken(endpoint: Endpoint) -> OSError | None:
    """Why nobody can listen there now, if so."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, number) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen(1)
    except OSError as error:
        return error
    return None


def _no_place(key: str, endpoint: Endpoint, fault: OSError) -> Finding:
    if fault.errno == errno.EACCES:
        text = f"{key}: {endpoint}: only root, or a program with CAP_NET_BIND_SERVICE, may listen below port 1024"
        return fail("listener", text, "run hamgate as a systemd service with AmbientCapabilities=CAP_NET_BIND_SERVICE")
    remedy = written(
        f"listeners.{key}", 'address = "127.0.0.1:10025"  # or another address of this machine: ip address'
    )
    if fault.errno == errno.EADDRNOTAVAIL or isinstance(fault, socket.gaierror):
        return fail("listener", f"{key}: {endpoint}: this machine has no such address", remedy)
    return fail("listener", f"{key}: {endpoint}: {fault.strerror or fault}", remedy)


def _strange(key: str, endpoint: Endpoint, found: Holder | None, greeting: str) -> Finding:
    who = str(found) if found else "another program"
    said = f', which greets with "{greeting}"' if greeting else ""
    free = f"127.0.0.1:{endpoint.port % 60000 + 1}"
    remedy = (
        f"stop it:\n$ kill {found.pid}" if found and found.is_hamgate  # ours, but it does not answer
        else written(f"listeners.{key}", f'address = "{free}"  # or stop that program')
    )  # fmt: skip
    return fail("listener", f"{key}: {endpoint} is taken by {who}{said}", remedy)


def greeted(listener: ListenerSettings) -> str:
    """The first line that a client on this machine hears; empty if there is none in time."""
    endpoint = here(listener.address)
    try:
        place = (endpoint.host, endpoint.port)
        with _connected(place, listener) as connection, connection.makefile("rb") as heard:
            return heard.readline(_LONGEST).decode("ascii", "replace").strip()
    except (OSError, ValueError):
        return ""


def _connected(place: tuple[str, int], listener: ListenerSettings) -> socket.socket:
    """Under TLS with whoever it is: whose certificate it has is looked at elsewhere."""
    connection = socket.create_connection(place, PATIENCE + listener.greeting_delay)
    if listener.tls != "implicit":
        return connection
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(connection)
