"""The name that we greet with, and whether the world knows it (RFC 5321 section 2.3.5)."""

import socket
from collections.abc import Callable

from filter.doctor.finding import Finding, ok, warn
from filter.door.endpoint import Endpoint

_REMEDY = 'write into the settings file, above all tables:\nhostname = "mx.example.net"  # the name of your MX record'


def name(hostname: str, resolve: Callable[..., object] = socket.getaddrinfo) -> Finding:
    """Whether `hostname` is a full name with an address."""
    if "." not in hostname.strip(".") or Endpoint(hostname).is_literal:
        return warn("name", f"we greet as {hostname}, which is no full host name", _REMEDY)
    try:
        resolve(hostname, 25)
    except (OSError, UnicodeError) as error:
        text = f"we greet as {hostname}, which has no address ({getattr(error, 'strerror', None) or error})"
        return warn("name", text, f"give {hostname} an address in the DNS, or {_REMEDY}")
    return ok("name", f"we greet as {hostname}")
