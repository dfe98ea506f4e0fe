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
from filter.door.endpoint import Endpoint

PATIENCE = 5.0
"""Seconds for a greeting, beside the delay that a listener makes."""
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - bound to all: ask this machine
_LONGEST = 512
_PROTOCOL = {"smtp": ("ESMTP", "EHLO"), "lmtp": ("LMTP", "LHLO")}
"""How a server calls what it speaks, and how a client begins."""


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
    fault = taken(endpoint)
    if fault is None:
        return Door(ok("listener", f"{key}: {endpoint} is free"))
    if fault.errno != errno.EADDRINUSE:
        return Door(_no_place(key, endpoint, fault))
    found = holder(endpoint.port)
    if listener.proxy_protocol_from and found is not None and found.is_hamgate:
        text = f"{key}: our server is at {endpoint}; only its balancers are answered"
        return Door(ok("listener", text), True, found)
    greeting, answer = heard(listener)
    ours = greeting == f"220 {name} {_PROTOCOL[listener.protocol][0]}"
    if not ours and not (found is not None and found.is_hamgate and greeting[:3] == "220"):
        return Door(_strange(key, endpoint, found, greeting), holder=found)
    if answer[:3] != "250":
        text = f'{key}: our server at {endpoint} answers EHLO with "{answer}"'
        return Door(fail("listener", text, "see what its log says:\n$ journalctl -u hamgate -e"), holder=found)
    return Door(ok("listener", f"{key}: our server answers at {endpoint}"), True, found)


def taken(endpoint: Endpoint) -> OSError | None:
    """Why nobody can listen there now, if so."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, number) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen(1)
    except OSError as error:
        return error
    except UnicodeError as error:  # a label of more than 63 octets
        return OSError(errno.EADDRNOTAVAIL, str(error))
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


def heard(listener: ListenerSettings) -> tuple[str, str]:
    """The first line that a client on this machine hears, and the one after its EHLO; empty if there is none."""
    endpoint, greeting = here(listener.address), b""
    try:
        with _connected((endpoint.host, endpoint.port), listener) as connection, connection.makefile("rb") as lines:
            greeting = lines.readline(_LONGEST)
            connection.sendall(f"{_PROTOCOL[listener.protocol][1]} localhost\r\n".encode())
            return _text(greeting), _text(lines.readline(_LONGEST))
    except (OSError, ValueError):
        return _text(greeting), ""


def _text(line: bytes) -> str:
    return line.decode("ascii", "replace").strip()


def _connected(place: tuple[str, int], listener: ListenerSettings) -> socket.socket:
    """Under TLS with whoever it is: whose certificate it has is looked at elsewhere."""
    connection = socket.create_connection(place, PATIENCE + listener.greeting_delay)
    if listener.tls != "implicit":
        return connection
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(connection)
