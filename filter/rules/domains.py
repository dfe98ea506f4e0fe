"""Registrable domains, after the public suffix list that its package brings along; nothing is ever fetched."""

import ipaddress
import re
from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

_NUMERIC = re.compile(r"0x[0-9a-f]{1,8}|\d{8,10}")


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()  # 40 ms: not at import, and once


def is_address(host: str) -> bool:
    """Whether `host` is an IP address in any of the forms browsers take (WHATWG URL section 3.5)."""
    if _NUMERIC.fullmatch(host):
        return True
    if not host or not (host[0] in "[0123456789" or ":" in host):
        return False
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def site(host: str) -> str:
    """The domain that someone registered, of which `host` is a part: what stands above it belongs to a registry.

    An address or a public suffix is its own site; an empty host has none.
    """
    if not host or is_address(host):
        return host
    return _suffixes().privatesuffix(host[-253:]) or host
