"""Lists of addresses, domains and networks: what an entry may be, and finding what stands on one.

Letter case counts nowhere. A domain stands for its subdomains too. What is found comes with a weight: of two entries
the one with more weight is the more specific.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}\w)?|_[\w-]{1,62}")
_LONGEST_DOMAIN = 253
_LONGEST_LOCAL = 64

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Match(NamedTuple):
    """The entry that fits, and how specific it is among those of its kind."""

    weight: int
    entry: str


class Members(Protocol):
    """A list that can be asked."""

    def add(self, entry: str) -> None:
        """Put `entry` on the list. Raises ValueError: what is wrong, a colon, and what to write instead."""

    def find(self, value: str) -> Match | None:
        """The most specific entry that `value` fits."""

    def __len__(self) -> int: ...


def usual_domain(text: str) -> str:
    """A domain in lower case, as ASCII (RFC 5891), without a dot at the end."""
    domain = text.lower().rstrip(".")
    if domain.isascii() or len(domain) > _LONGEST_DOMAIN:
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def usual_address(text: str) -> str:
    """An address in lower case, its domain as ASCII."""
    local, at, domain = text.strip("<> ").rpartition("@")
    return f"{local.lower()}{at}{usual_domain(domain)}"


def _is_domain(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_DOMAIN and all(map(_LABEL.fullmatch, text.split(".")))


class Addresses:
    """Mail addresses."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._entries: set[str] = set()
        for entry in entries:
            self.add(entry)

    def add(self, entry: str) -> None:
        """`entry` is local@domain."""
        address = usual_address(entry)
        local, at, domain = address.rpartition("@")
        if not at:
            raise ValueError("is no address: write name@example.org; whole domains belong in a list of domains")
        if not local:
            raise ValueError(f"is no address: write name@{domain}, or {domain or 'example.org'} in a list of domains")
        if len(local) > _LONGEST_LOCAL or not _is_domain(domain) or any(map(str.isspace, local)):
            raise ValueError("is no address: write name@example.org, without a name or comment")
        self._entries.add(address)

    def find(self, value: str) -> Match | None:
        """The entry that is `value`."""
        address = usual_address(value)
        return Match(0, address) if address in self._entries else None

    def __len__(self) -> int:
        return len(self._entries)


class Domains:
    """Domains, each with all below it."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._entries: set[str] = set()
        for entry in entries:
            self.add(entry)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def add(self, entry: str) -> None:
        """`entry` is a domain; that it stands for those below it needs no sign."""
        plain = entry.removeprefix("*.").removeprefix(".")
        if plain != entry:
            raise ValueError(f"is no domain: write {plain}, which means its subdomains too")
        if "@" in entry:
            raise ValueError("is an address: write the domain alone, or the address in a list of senders")
        domain = usual_domain(entry)
        if not _is_domain(domain):
            raise ValueError("is no domain: write it as example.org")
        self._entries.add(domain)

    def find(self, value: str) -> Match | None:
        """The longest entry that `value` is or lies below."""
        labels = usual_domain(value[-_LONGEST_DOMAIN - 1 :]).split(".")
        for start in range(len(labels)):
            domain = ".".join(labels[start:])
            if domain in self._entries:
                return Match(len(labels) - start, domain)
        return None

    def __len__(self) -> int:
        return len(self._entries)


class Networks:
    """IP networks and single addresses. Asked in as many steps as there are prefix lengths, whatever their number."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._by_prefix: dict[tuple[int, int], set[int]] = {}
        self._prefixes: list[tuple[int, int]] = []
        for entry in entries:
            self.add(entry)

    def add(self, entry: str) -> None:
        """`entry` is an address, or a network with its prefix length."""
        try:
            network = ipaddress.ip_network(entry)
        except ValueError:
            raise ValueError(_why_no_network(entry)) from None
        key = (network.version, network.prefixlen)
        if key not in self._by_prefix:
            self._prefixes = sorted([*self._prefixes, key], reverse=True)
        self._by_prefix.setdefault(key, set()).add(int(network.network_address))

    def find(self, value: str) -> Match | None:
        """The smallest network that the address `value` lies in."""
        address = client(value)
        if address is None:
            return None
        number = int(address)
        for version, prefix in self._prefixes:
            if version != address.version:
                continue
            beyond = address.max_prefixlen - prefix
            start = number >> beyond << beyond
            if start in self._by_prefix[version, prefix]:
                return Match(prefix, f"{type(address)(start)}/{prefix}")
        return None

    def __len__(self) -> int:
        return sum(map(len, self._by_prefix.values()))


def _why_no_network(entry: str) -> str:
    try:
        network = ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return "is no network: write 192.0.2.0/24, 192.0.2.7 or 2001:db8::/32"
    address = entry.partition("/")[0]
    return f"has bits beyond its prefix: write {network} for the network, or {address} for the host"


def client(text: str) -> Address | None:
    """The IP address that `text` is; one of IPv4 that came over IPv6 counts as itself. None if it is none.

    A zone (RFC 4007 section 11) is left out: it may be any text, and says nothing to others.
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped) or address
