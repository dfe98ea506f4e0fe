"""Mail addresses in header fields (RFC 5322 section 3.4), read leniently and bounded."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from filter import charsets
from filter.rules.domains import site

_USUAL = re.compile(
    rb'"?([^"\\<>@,;:()=\x80-\xff]{0,200})"?\s*<([^<>@\s,;:()"\x80-\xff]{1,64})@([A-Za-z0-9.-]{1,255})>\s*\Z'
    rb'|([^<>@\s,;:()"\x80-\xff]{1,64})@([A-Za-z0-9.-]{1,255})\s*\Z'
)
"""What nine of ten fields look like."""
_ANY = re.compile(
    rb'("(?:[^"\\]|\\.){0,500}"|(?<![^",>;])[^",<>]{0,500}+)\s*<([^<>\s]{1,320})>|([^\s",<>;:()]{1,64}@[^\s",<>;()]{1,255})'
)
_MOST = 200
_LONGEST_FIELD = 20_000


class Mailbox(NamedTuple):
    """One address as a header shows it. `domain` and `site` are lower case; all may be empty."""

    name: str
    local: str
    domain: str

    @property
    def site(self) -> str:
        """The registered domain."""
        return site(self.domain)

    @property
    def address(self) -> str:
        """local@domain, as written but for the case of the domain."""
        return f"{self.local}@{self.domain}" if self.domain else self.local


NOBODY = Mailbox("", "", "")


def read(values: Sequence[bytes]) -> tuple[Mailbox, ...]:
    """All addresses in the raw `values` of a field; at most 200."""
    if not values:
        return ()
    usual = _USUAL.match(values[0]) if len(values) == 1 else None
    if usual is not None:
        name, local, domain, bare_local, bare_domain = usual.groups(b"")
        host = (domain or bare_domain).decode().lower().rstrip(".")
        return (Mailbox(name.decode().strip(), (local or bare_local).decode(), host),)
    found = (match for value in values for match in _ANY.finditer(value[:_LONGEST_FIELD]))
    return tuple(_mailbox(match) for match in islice(found, _MOST))


def _mailbox(match: "re.Match[bytes]") -> Mailbox:
    address = match[2] or match[3] or b""
    local, _, domain = address.decode("utf-8", "replace").rpartition("@")
    name = charsets.from_header((match[1] or b"").strip().strip(b'"').replace(b"\\", b""))[0].strip()
    return Mailbox(name, local, domain.lower().rstrip("."))
