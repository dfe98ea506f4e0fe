"""The ESMTP parameters of MAIL and RCPT that we take: exactly these are passed on to the relay, unchanged.

EHLO offers all but AUTH=, which a front server may hand on all the same; what it is worth is the relay's to judge.
"""

import re
from collections.abc import Mapping

from filter.reply import Reply

UNKNOWN = Reply.of(555, "5.5.4", "Parameter not recognized")  # RFC 5321 section 4.1.1.11
BAD_VALUE = Reply.of(501, "5.5.4", "Bad value of a parameter")
TOO_BIG = Reply.of(552, "5.3.4", "Message exceeds the maximum size")  # RFC 1870 section 6.1

_XTEXT = rb"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*"  # RFC 3461 section 4
_ANY = rb".+"
_NOTIFY = rb"(?i:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY))*)"

Values = Mapping[bytes, "re.Pattern[bytes] | None"]

MAIL_VALUES: Values = {
    b"SIZE": re.compile(rb"[0-9]{1,20}"),  # RFC 1870 section 4
    b"BODY": re.compile(rb"(?i:7BIT|8BITMIME)"),  # RFC 6152 section 2
    b"SMTPUTF8": None,  # RFC 6531 section 3.4: no value
    b"RET": re.compile(rb"(?i:FULL|HDRS)"),  # RFC 3461 section 4.3
    b"ENVID": re.compile(_XTEXT),  # RFC 3461 section 4.4
    b"AUTH": re.compile(_XTEXT),  # RFC 4954 section 5: xtext, or "<>", which is xtext too
}
RCPT_VALUES: Values = {
    b"NOTIFY": re.compile(_NOTIFY),  # RFC 3461 section 4.1
    b"ORCPT": re.compile(_ANY),  # RFC 3461 section 4.2; with SMTPUTF8 also RFC 6533 section 3
}


def check(parameters: Mapping[bytes, bytes | None], allowed: Values) -> Reply | None:
    """Return the refusal of the first parameter that is unknown or has a bad value, or None."""
    for name, value in parameters.items():
        if name not in allowed:
            return UNKNOWN
        pattern = allowed[name]
        if (pattern is None) != (value is None):
            return BAD_VALUE
        if pattern is not None and value is not None and not pattern.fullmatch(value):
            return BAD_VALUE
    return None


def check_size(parameters: Mapping[bytes, bytes | None], maximum: int) -> Reply | None:
    """Refuse a message that declares more octets than we take (RFC 1870 section 6.1)."""
    declared = parameters.get(b"SIZE")
    return TOO_BIG if declared is not None and int(declared) > maximum else None
