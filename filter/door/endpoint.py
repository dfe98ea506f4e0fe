"""Where a server listens: `HOST:PORT`, `[IPv6]:PORT` or `unix:/path`."""

import os
from dataclasses import dataclass
from ipaddress import ip_address


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A TCP port of a host, or, if `path` is set, a unix socket."""

    host: str = ""
    port: int = 0
    path: str = ""

    @classmethod
    def parse(cls, text: str) -> "Endpoint":
        """Read an address as an administrator writes it; ValueError says what is wrong."""
        if text.startswith("unix:/") and "\0" not in text:
            return cls(path=text.removeprefix("unix:"))
        host, _, port = text.rpartition(":")
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        elif ":" in host:
            raise ValueError(f"{text!r}: write an IPv6 address in brackets, as [::1]:10026")
        if not host or not (port.isascii() and port.isdigit() and int(port) < 65536):
            raise ValueError(f"{text!r} is neither HOST:PORT nor unix:/PATH")
        return cls(host, int(port))

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """True if only this machine can be there."""
        return self.path != "" or self.host == "localhost" or (self.is_literal and ip_address(self.host).is_loopback)

    @property
    def is_literal(self) -> bool:
        """True if there is no name to look up."""
        try:
            ip_address(self.host)
        except ValueError:
            return False
        return True


def reason(error: OSError) -> str:
    """Why nobody can be reached there, in the system's words: asyncio puts its own in their place."""
    if error.errno is not None and error.errno > 0:  # those of getaddrinfo(3) are below 0
        return os.strerror(error.errno)
    return error.strerror or str(error) or type(error).__name__
