"""Rules on who a message says it is from."""

import re

from filter.rules.domains import site
from filter.rules.evidence import Evidence

_ADDRESS = re.compile(r"[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})", re.I)


def name_has_other_address(evidence: Evidence) -> str | None:
    """The display name shows an address of another domain than the real one."""
    sender = evidence.sender
    shown = _ADDRESS.search(sender.name[:500]) if "@" in sender.name else None
    if shown is None or not sender.site:
        return None
    other = site(shown[1].lower())
    return f"shows an address at {other}, comes from {sender.site}" if other != sender.site else None
