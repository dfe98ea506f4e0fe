"""What a host name alone says of a link. Hosts come again and again, so each is looked at once."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from filter.rules import scripts
from filter.rules.domains import is_address, site
from filter.rules.link_lists import ABUSED_TLDS, FREE_HOSTS, MAIL_SERVICES, PLACE_HOSTS, SHORTENERS
from filter.rules.punycode import decoded

_INSIDE = re.compile(r"(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+$")
_SPELLED = re.compile(r"(?:^|[.-])(?:\d{1,3}[.-]){4}[a-z]")
_ODD = re.compile(r"xn--|[01357]|rn|vv")
_VOWELS = re.compile(r"[aeiouy]")
_TURNS = re.compile(r"[a-z]\d|\d[a-z]")
_TOKENS = re.compile(r"[.-]")


@lru_cache(maxsize=8192)
def traits(host: str) -> frozenset[str]:
    """Which of `_TRAITS` the host (lower case) has."""
    return frozenset(name for name, is_so in _TRAITS.items() if is_so(host))


@lru_cache(maxsize=8192)
def words(host: str) -> tuple[str, ...]:
    """What stands between its dots and hyphens."""
    return tuple(_TOKENS.split(host[:253]))


@lru_cache(maxsize=8192)
def odd_labels(host: str) -> tuple[str, ...]:
    """Labels that may imitate a name by letters that look like others, as a reader sees them; without the last."""
    if host.isascii() and not _ODD.search(host):
        return ()
    return tuple(map(decoded, host[:253].split(".")[:-1]))


def mixed_label(host: str) -> str:
    """The first label that mixes look-alike alphabets; empty if none does."""
    if host.isascii() and "xn--" not in host:
        return ""
    return next(filter(scripts.mixes_scripts, map(decoded, host[:253].split("."))), "")


def _is_bare_address(host: str) -> bool:
    """A host that ends in a number is one too (WHATWG URL section 3.5). RFC 1918 is for the printers of a house."""
    return not _INSIDE.match(host) and (is_address(host) or host.rpartition(".")[2].isdigit())


def _is_spelled_address(host: str) -> bool:
    """A name that a provider gives to an address, which nobody wants to be known by."""
    return _SPELLED.search(host[:100]) is not None and not is_address(host)


def _is_deep(host: str) -> bool:
    if is_address(host) or site(host) in MAIL_SERVICES:
        return False
    return host.count(".") >= 5 or len(host) > 75


def _is_random(host: str) -> bool:
    """A registered domain without any vowel, or with letters and digits by turns."""
    domain = site(host)
    label = domain.partition(".")[0]
    if is_address(host) or len(label) < 9 or domain.count(".") > 1 or not label.isascii() or not label.isalnum():
        return False
    return not _VOWELS.search(label) or len(_TURNS.findall(label)) >= 4


def _is_free(host: str) -> bool:
    """Left of a site builder's or object store's domain."""
    labels = host[-253:].split(".")[-7:]
    parents = {".".join(labels[start:]) for start in range(1, len(labels) - 1)}
    return site(host) in FREE_HOSTS or ".ipfs." in host or ".s3." in host or not parents.isdisjoint(FREE_HOSTS)


_TRAITS: Mapping[str, Callable[[str], bool]] = {
    "address": _is_bare_address,
    "spelled address": _is_spelled_address,
    "mixed": lambda host: bool(mixed_label(host)),
    "deep": _is_deep,
    "random": _is_random,
    "cheap": lambda host: host.rpartition(".")[2] in ABUSED_TLDS,
    "free": _is_free,
    "place": PLACE_HOSTS.__contains__,
    "shortener": SHORTENERS.__contains__,
    "odd": lambda host: bool(odd_labels(host)),
}
