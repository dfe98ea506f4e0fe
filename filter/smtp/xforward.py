"""XFORWARD and XCLIENT: one mail server tells the next one who the client is. No sockets here.

Postfix's XFORWARD_README and XCLIENT_README describe both: attributes `NAME=value` with values in xtext (RFC 3461
section 4), `[UNAVAILABLE]` for what is not known, `IPV6:` before an IPv6 address, commands of at most 512 octets.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from filter.smtp.peer import Peer

ATTRIBUTES = frozenset("NAME ADDR PORT PROTO HELO IDENT SOURCE LOGIN DESTADDR DESTPORT".split())
MAX_VALUE = 255
"""Octets of a value as it is sent: what Postfix takes."""

_TEXTS = {"NAME": "name", "ADDR": "address", "IDENT": "ident", "SOURCE": "source", "LOGIN": "login"}
_LINE = 510  # with CRLF 512
_UNAVAILABLE = "[UNAVAILABLE]"
_UNKNOWN = frozenset((_UNAVAILABLE, "[TEMPUNAVAIL]"))

# xtext, but "=" in a value and small hex digits are tolerated: Postfix sends the one and takes the other.
_ATTRIBUTE = re.compile(rb"([A-Za-z]{1,20})=((?:[!-*,-~]|\+[0-9A-Fa-f]{2})*)")
_QUOTED = re.compile(rb"\+([0-9A-Fa-f]{2})")
_TO_QUOTE = re.compile(rb"[^!-*,-<>-~]")
_PART = re.compile(rb"\+[0-9A-F]?\Z")  # of a quoted octet that was cut in two
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_HOST = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_PROTOCOL = re.compile(r"[A-Za-z0-9]{1,64}")


def parse_attributes(argument: bytes) -> dict[str, str]:
    """Read the argument of XFORWARD or XCLIENT: upper-case name to value, "" for what is unavailable.

    Values are UTF-8 with surrogate escapes and hold no control characters; ADDR is a bare IP address, a port a number.
    Raises ValueError for all else: unknown or repeated names, bad syntax, an empty argument. Whoever is connected can
    say this: believe it only of those who may.
    """
    attributes: dict[str, str] = {}
    for word in filter(None, argument.split(b" ")):
        match = _ATTRIBUTE.fullmatch(word)
        if match is None:
            raise ValueError("malformed attribute")
        name = match[1].decode("ascii").upper()
        if name not in ATTRIBUTES or name in attributes:
            raise ValueError("unknown or repeated attribute")
        attributes[name] = _checked(name, _unquoted(match[2]))
    if not attributes:
        raise ValueError("no attribute")
    return attributes


def _unquoted(xtext: bytes) -> str:
    octets = _QUOTED.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), xtext)
    if not octets or len(octets) > MAX_VALUE or _CONTROL.search(octets):
        raise ValueError("bad value of an attribute")
    value = octets.decode("utf-8", "surrogateescape")
    return "" if value.upper() in _UNKNOWN else value


def _checked(name: str, value: str) -> str:
    if not value:
        return value
    if name in ("ADDR", "DESTADDR"):
        return _address(value)
    if name in ("PORT", "DESTPORT") and not (value.isascii() and value.isdigit() and int(value) < 65536):
        raise ValueError("bad port")
    if name == "PROTO" and not _PROTOCOL.fullmatch(value):
        raise ValueError("bad protocol")
    if name == "SOURCE" and value.upper() not in ("LOCAL", "REMOTE"):
        raise ValueError("bad source")
    return value.upper() if name in ("PROTO", "SOURCE") else value


def _address(value: str) -> str:
    bare = value[5:] if value.upper().startswith("IPV6:") else value
    return str(ipaddress.ip_address(bare.partition("%")[0]))  # without the interface: it is another machine's


def updated(peer: Peer, attributes: Mapping[str, str]) -> Peer:
    """Return `peer` as `parse_attributes` describes it; attributes that are not named stay."""
    values: dict[str, Any] = {_TEXTS[name]: value for name, value in attributes.items() if name in _TEXTS}
    if "PORT" in attributes:
        values["port"] = int(attributes["PORT"] or 0)
    if "HELO" in attributes:
        values["helo"] = attributes["HELO"].encode("utf-8", "surrogateescape")
    if attributes.get("PROTO"):
        values["protocol"] = attributes["PROTO"]
    return replace(peer, **values)


def xforward(peer: Peer, offered: bytes) -> list[bytes]:
    """Return the XFORWARD commands (without CRLF) that describe `peer`, with the attributes that EHLO offers."""
    return _packed(b"XFORWARD", _pairs(_values(peer), offered))


def xclient(peer: Peer, offered: bytes) -> list[bytes]:
    """Return the XCLIENT command (without CRLF) by which we pass for `peer`, with the attributes that EHLO offers.

    After it we are the client, who may not say XCLIENT: there is no second one, and what does not fit is left out.
    The list is empty if EHLO offers nothing that we know.
    """
    known = _values(peer)
    values = {name: known[name] for name in ("ADDR", "PORT")} | {"LOGIN": _bounded(peer.login)} | known
    values["PROTO"] = b"SMTP" if peer.protocol == "SMTP" else b"ESMTP"  # no other word is allowed here
    return _packed(b"XCLIENT", _pairs(values, offered))[:1]


def _values(peer: Peer) -> dict[str, bytes]:
    values = {
        "NAME": peer.name.encode("ascii") if _HOST.fullmatch(peer.name) and len(peer.name) <= MAX_VALUE else b"",
        "ADDR": _tagged(peer.address),
        "PORT": b"%d" % peer.port if peer.port else b"",
        "PROTO": peer.protocol.encode("ascii"),
        "HELO": _CONTROL.sub(b"?", peer.helo),
        "IDENT": _bounded(peer.ident),
    }
    return values | ({"SOURCE": peer.source.encode("ascii")} if peer.source else {})  # it knows no [UNAVAILABLE]


def _tagged(address: str) -> bytes:
    return (b"IPV6:" if ":" in address else b"") + address.partition("%")[0].encode("ascii")


def _bounded(text: str) -> bytes:
    """Return what may be sent whole; half an account's name would be another account."""
    octets = text.encode("utf-8", "surrogateescape")
    return b"" if len(_quoted(octets)) > MAX_VALUE or _CONTROL.search(octets) else octets


def _pairs(values: Mapping[str, bytes], offered: bytes) -> Iterable[bytes]:
    words = offered.decode("ascii", "replace").upper().split()
    for name, value in values.items():
        if name in words:
            quoted = _PART.sub(b"", _quoted(value)[:MAX_VALUE]) or _UNAVAILABLE.encode("ascii")
            yield b"%s=%s" % (name.encode("ascii"), quoted)


def _quoted(value: bytes) -> bytes:
    return _TO_QUOTE.sub(lambda match: b"+%02X" % match[0][0], value)


def _packed(verb: bytes, pairs: Iterable[bytes]) -> list[bytes]:
    lines: list[bytes] = []
    for pair in pairs:
        if lines and len(lines[-1]) + 1 + len(pair) <= _LINE:
            lines[-1] += b" " + pair
        else:
            lines.append(verb + b" " + pair)
    return lines
