"""The parts of a URL as a mail client would follow it (RFC 3986, read leniently)."""

import re
from typing import NamedTuple
from urllib.parse import unquote

_LONGEST = 1000
_URL = re.compile(
    r"\s*(?:([a-zA-Z][a-zA-Z0-9+.-]{0,30}):)?(?:[/\\]{2,}(?:([^/?#\\@]{0,200})@)?(\[[^\]]{0,60}\]|[^/?#\\:]*)(?::(\d{0,6}))?)?"
)


class Url(NamedTuple):
    """A link target. `host` is lower case, without user and port; `rest` is path, query and fragment."""

    text: str
    scheme: str
    user: str
    host: str
    port: str
    rest: str

    @property
    def is_web(self) -> bool:
        """Whether a browser follows it to a host."""
        return self.scheme in ("http", "https")


def parse(text: str) -> Url:
    """Split one link target; what is missing stays empty. Only its first 1000 characters are looked at."""
    candidate = ("http://" + text if text[:4].lower() == "www." else text)[:_LONGEST]
    match = _URL.match(candidate)
    if match is None:  # every part of the pattern is optional
        return Url(text, "", "", "", "", candidate)
    scheme, user, host, port = match.groups(default="")
    if "%" in host or "%" in user:  # browsers decode it too (WHATWG URL section 3.5)
        host, user = unquote(host), unquote(user)
    return Url(text, scheme.lower(), user, host.strip().lower().rstrip("."), port, candidate[match.end() :])
