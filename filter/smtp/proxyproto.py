"""The header with which a balancer says whose connection it passes on (PROXY protocol, versions 1 and 2, of HAProxy).

Nothing here knows sockets. A reader says how many octets it surely needs, so that none beyond the header are taken:
what follows may be a TLS handshake.
"""

import ipaddress
import re
import struct
from typing import NamedTuple

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
LONGEST_LINE = 107  # section 2.1, with CRLF
LONGEST_BLOCK = 4096  # addresses and extensions; the addresses of UNIX sockets take 216
_FIXED = len(SIGNATURE) + 4

# Section 2.1: exactly one space between the words, ports without leading zeros.
_LINE = re.compile(rb"PROXY (TCP4|TCP6) ([0-9a-fA-F:.]{2,39}) ([0-9a-fA-F:.]{2,39}) ([0-9]{1,5}) ([0-9]{1,5})\r\n")
_UNKNOWN = re.compile(rb"PROXY UNKNOWN(?: [^\r\n]*)?\r\n")

_VERSION = 0x20
_LOCAL, _PROXY = 0, 1
_ADDRESSES = {0x11: (4, 12), 0x21: (16, 36)}  # TCP over IPv4 and IPv6: octets of an address, and of the whole block
_WITHOUT_ADDRESS = (0x00, 0x31)  # unspecified, and a UNIX stream socket


class ProxyError(ValueError):
    """What came is no header of the PROXY protocol, or none for a stream."""


class Source(NamedTuple):
    """Where the client connects from."""

    address: str
    port: int


class HeaderReader:
    """Feed it `needed` octets until that is 0; then `source` is the client, or None for the balancer itself."""

    def __init__(self) -> None:
        self._octets = b""
        self.needed = len(SIGNATURE)
        self.source: Source | None = None

    def feed(self, data: bytes) -> None:
        """Take at most `needed` octets. Raises ProxyError."""
        self._octets += data
        self.needed -= len(data)
        if self.needed == 0:
            self.needed = self._needed()

    def _needed(self) -> int:
        octets = self._octets
        if octets.startswith(SIGNATURE):
            return self._needed_binary(octets)
        if not octets.startswith(b"PROXY "):
            raise ProxyError("no header of the PROXY protocol")
        if octets.endswith(b"\r\n"):
            self.source = _line(octets)
            return 0
        if len(octets) >= LONGEST_LINE:
            raise ProxyError("header line too long")
        return 1

    def _needed_binary(self, octets: bytes) -> int:
        if len(octets) < _FIXED:
            return _FIXED - len(octets)
        length = int.from_bytes(octets[_FIXED - 2 : _FIXED], "big")
        if length > LONGEST_BLOCK:
            raise ProxyError("header too long")
        if len(octets) < _FIXED + length:
            return _FIXED + length - len(octets)
        self.source = _block(octets[len(SIGNATURE)], octets[len(SIGNATURE) + 1], octets[_FIXED:])
        return 0


def _line(line: bytes) -> Source | None:
    if _UNKNOWN.fullmatch(line):
        return None
    match = _LINE.fullmatch(line)
    if match is None:
        raise ProxyError("malformed header line")
    family, source, target, *ports = (word.decode("ascii") for word in match.groups())
    version = ipaddress.IPv4Address if family == "TCP4" else ipaddress.IPv6Address
    try:
        address, _ = version(source), version(target)
    except ValueError:
        raise ProxyError("malformed address") from None
    if any(int(port) > 65535 or str(int(port)) != port for port in ports):
        raise ProxyError("malformed port")
    return Source(str(address), int(ports[0]))


def _block(version: int, family: int, block: bytes) -> Source | None:
    if version & 0xF0 != _VERSION or version & 0x0F not in (_LOCAL, _PROXY):
        raise ProxyError("unknown version or command")
    if version & 0x0F == _LOCAL or family in _WITHOUT_ADDRESS:
        return None
    if family not in _ADDRESSES:
        raise ProxyError("no address of a stream")
    width, length = _ADDRESSES[family]
    if len(block) < length:
        raise ProxyError("addresses cut off")
    (port,) = struct.unpack_from("!H", block, 2 * width)
    return Source(str(ipaddress.ip_address(block[:width])), port)
