"""Rules on links: what their text promises and where they lead."""

import ipaddress
import re

from filter import tokens, urls
from filter.envelope import Envelope
from filter.message import Message

_TOP_LEVEL = r"(?:[a-z]{2}|com|net|org|info|biz|edu|gov|mil|name|app|dev|shop|store|online|site|bank|email)"
_SHOWN_HOST = re.compile(rf"\s*(?:https?://)?((?:[\w-]{{1,63}}\.){{1,8}}{_TOP_LEVEL})(?:[/:?#]\S*)?\s*", re.I)


def text_host_mismatch(message: Message, _: Envelope) -> str | None:
    """The link's text is an address on one domain, the link goes to another that is not the sender's."""
    sender = _site(tokens.address(message.raw("from"))[1].decode("utf-8", "replace"))
    for link in message.links:
        shown = _SHOWN_HOST.fullmatch(link.text[:300]) if "." in link.text else None
        target = urls.parse(link.target)
        if shown is None or not target.is_web or not target.host:
            continue
        goes, says = _site(target.host), _site(shown[1].lower())
        if goes not in (says, sender):
            return f"link says {says}, goes to {goes}"
    return None


def host_is_ip(message: Message, _: Envelope) -> str | None:
    """A link leads to a bare address, in any of the forms browsers take (WHATWG URL section 3.5)."""
    for url in message.urls:
        if url.is_web and _is_address(url.host):
            return f"link to {url.host}"
    return None


def userinfo_trick(message: Message, _: Envelope) -> str | None:
    """What stands before the @ of a link imitates a host."""
    for url in message.urls:
        if url.is_web and "." in url.user:
            return f"link reads {url.user[:60]}, goes to {url.host}"
    return None


def _site(host: str) -> str:
    return tokens.parent(host.encode("utf-8", "replace")).decode("utf-8", "replace")


def _is_address(host: str) -> bool:
    if re.fullmatch(r"(?:0x[0-9a-f]{1,8}|\d{8,10})", host):
        return True
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
