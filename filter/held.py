"""Addresses that a parent keeps for its children: ports that were chosen, and unix sockets, which only one can bind."""

import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from filter.child import StartError
from filter.config.settings import Settings
from filter.door.endpoint import Endpoint
from filter.door.unix import unix_socket


@dataclass(frozen=True, slots=True)
class Held:
    """Sockets that are bound and do not listen: nobody comes to them before a child serves."""

    ports: Mapping[str, tuple[Endpoint, socket.socket]]
    """What became of port 0, by the names of the doors."""
    paths: Mapping[str, tuple[str, socket.socket]]
    """Unix sockets with their addresses, which all children share."""

    def over(self, settings: Settings) -> Settings:
        """`settings` with the ports that were chosen. StartError: a unix socket is new, or has moved."""
        for name, address in settings.addresses().items():
            if address.startswith("unix:") and (name not in self.paths or self.paths[name][0] != address):
                raise StartError(f"{name}: {address} is new, and with several processes a unix socket takes a restart")
        return settings.at(
            {
                name: str(self.ports[name][0])
                for name, address in settings.addresses().items()
                if name in self.ports and address.endswith(":0")
            }
        )

    def close(self) -> None:
        """Let all of them go."""
        for _, sock in (*self.ports.values(), *self.paths.values()):
            sock.close()


def hold(settings: Settings, passed: Mapping[str, socket.socket]) -> Held:
    """Choose and keep what children share, but for what was `passed` to us. StartError: an address cannot be had."""
    ports: dict[str, tuple[Endpoint, socket.socket]] = {}
    paths: dict[str, tuple[str, socket.socket]] = {}
    for name, address in settings.addresses().items():
        if address.startswith("unix:"):
            paths[name] = (address, passed[name] if name in passed else open_unix(settings, name))
        elif name in passed:
            continue
        elif Endpoint.parse(address).port == 0:
            ports[name] = _port(Endpoint.parse(address))
    return Held(ports, paths)


def open_unix(settings: Settings, name: str) -> socket.socket:
    """The unix socket of the door `name`, bound. Raises StartError."""
    table = settings.tables()[name]
    path = Endpoint.parse(table.address).path
    try:
        return unix_socket(path, table.socket_mode, table.socket_group)
    except LookupError:
        raise StartError(f"{name}: socket_group = {table.socket_group!r}: there is no such group") from None
    except OSError as error:
        raise StartError(f"{table.address}: {_WHY.get(error.errno or 0, error.strerror or str(error))}") from error


_WHY = {
    errno.EADDRINUSE: "another program listens there: stop it, or choose another path",
    errno.EEXIST: "there is a file that is no socket: remove it, or choose another path",
    errno.ENOENT: "its folder is not there: make it",
    errno.EACCES: "this user may not make a socket in that folder",
}


def _port(address: Endpoint) -> tuple[Endpoint, socket.socket]:
    try:
        family, kind, _, _, where = socket.getaddrinfo(address.host, 0, type=socket.SOCK_STREAM)[0]
        sock = socket.socket(family, kind)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(where)
    except OSError as error:
        raise StartError(f"cannot listen on {address}: {error.strerror or error}") from error
    return Endpoint(address.host, sock.getsockname()[1]), sock
