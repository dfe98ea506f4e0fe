"""Rules on links: what their text promises and where they lead."""

import re

from filter.rules.domains import is_address, site
from filter.rules.evidence import Evidence

_TOP_LEVEL = r"(?:[a-z]{2}|com|net|org|info|biz|edu|gov|mil|name|app|dev|shop|store|online|site|bank|email)"
_SHOWN_HOST = re.compile(rf"\s*(?:https?://)?((?:[\w-]{{1,63}}\.){{1,8}}{_TOP_LEVEL})(?:[/:?#]\S*)?\s*", re.I)


def text_host_mismatch(evidence: Evidence) -> str | None:
    """The link's text is an address on one domain, the link goes to another that is not the sender's."""
    for link in evidence.web_links:
        shown = _SHOWN_HOST.fullmatch(link.text[:300]) if "." in link.text else None
        if shown is None:
            continue
        says = site(shown[1].lower())
        if link.site not in (says, evidence.sender.site):
            return f"link says {says}, goes to {link.site}"
    return None


def host_is_ip(evidence: Evidence) -> str | None:
    """A link leads to a bare address."""
    for link in evidence.web_links:
        if is_address(link.url.host):
            return f"link to {link.url.host}"
    return None


def userinfo_trick(evidence: Evidence) -> str | None:
    """What stands before the @ of a link imitates a host."""
    for link in evidence.web_links:
        if "." in link.url.user:
            return f"link reads {link.url.user[:60]}, goes to {link.url.host}"
    return None
