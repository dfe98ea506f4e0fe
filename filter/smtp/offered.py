"""What a relay hears of a client's parameters: no advice that it does not offer to take (RFC 5321 section 2.2.1).

We offer SIZE and DSN whatever stands behind us, and Dovecot's LMTP, for one, answers 555 to them: the message would be
refused for good. What only advises is left out for such a relay. BODY=8BITMIME and SMTPUTF8 say what the message is,
so they are not: a relay that cannot take such a message must be the one to refuse it.
"""

from collections.abc import Mapping

from filter.smtp.address import end_of_path

_EXTENSIONS: Mapping[bytes, bytes] = {
    b"SIZE": b"SIZE",  # RFC 1870 section 4
    b"BODY=7BIT": b"8BITMIME",  # RFC 6152 section 2: what it is without the parameter, too
    b"AUTH": b"AUTH",  # RFC 4954 section 5
    b"RET": b"DSN",  # RFC 3461 section 5.2.2: a relay without DSN reports as it does to everybody
    b"ENVID": b"DSN",
    b"NOTIFY": b"DSN",
    b"ORCPT": b"DSN",
}


def fitting(line: bytes, extensions: Mapping[bytes, bytes]) -> bytes:
    """A MAIL or RCPT command without the advice that a relay with these `extensions` would refuse.

    Nothing else is touched; a relay that offers all of it hears it byte for byte.
    """
    end = end_of_path(line)
    words = line[end:].split(b" ")
    kept = [word for word in words if (needs := _needed(word)) is None or needs in extensions]
    return line if len(kept) == len(words) else line[:end] + b" ".join(kept)


def _needed(word: bytes) -> bytes | None:
    upper = word.upper()
    return _EXTENSIONS.get(upper) or _EXTENSIONS.get(upper.partition(b"=")[0])
