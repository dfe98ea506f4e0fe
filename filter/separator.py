"""The line `From ADDRESS DATE` that mailbox files put above each message: no header, and no part of the message."""

import re

_LINES = re.compile(rb"(?:>*From [^\n]*\n)*")  # a message that was forwarded with its line, and stored, has several


def header_start(message: bytes) -> int:
    """Where the header of `message` begins: behind its separator lines, if it has any."""
    found = _LINES.match(message)
    return found.end() if found else 0
