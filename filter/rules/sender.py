"""Rules on who a message says it is from."""

import re

from filter import tokens
from filter.envelope import Envelope
from filter.message import Message

_ADDRESS = re.compile(r"[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})", re.I)


def name_has_other_address(message: Message, _: Envelope) -> str | None:
    """The display name shows an address of another domain than the real one."""
    name, bracket, _rest = message.get("from")[:1000].rpartition("<")
    shown = _ADDRESS.search(name) if bracket else None
    domain = tokens.parent(tokens.address(message.raw("from"))[1]).decode()
    if shown is None or not domain:
        return None
    other = tokens.parent(shown[1].lower().encode("utf-8", "replace")).decode("utf-8", "replace")
    return f"shows an address at {other}, comes from {domain}" if other != domain else None
