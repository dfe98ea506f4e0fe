"""The trace of a message: which servers have had it already (RFC 5321 section 4.4)."""

import re

# A space before the colon is obsolete and still read by all (RFC 5322 section 4.5).
_RECEIVED = re.compile(rb"^Received[ \t]{0,8}:", re.IGNORECASE | re.MULTILINE)


def received_fields(header: bytes) -> int:
    """Count the Received fields of a header."""
    return sum(1 for _ in _RECEIVED.finditer(header))
