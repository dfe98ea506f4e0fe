"""The argument of MAIL and RCPT, read strictly and as bytes (RFC 5321 sections 3.3 and 4.1.2).

Nothing is decoded, unquoted or repaired: what reads well here goes to the relay byte for byte, so there is no second
reading that could differ from the first.
"""

import re
from dataclasses import dataclass

# RFC 5321 section 4.1.2: Path = "<" [ A-d-l ":" ] Mailbox ">". No space and no control character outside a quoted
# string, none but a space inside. Octets from 0x80 are UTF-8 (RFC 6531 section 3.3).
_PATH = re.compile(rb'<((?:[^\x00-\x20\x7f"<>]|"(?:[^\x00-\x1f\x7f"\\]|\\[\x20-\x7e])*")*)>')

# RFC 5321 section 4.1.2: esmtp-param = esmtp-keyword ["=" esmtp-value]. "=" inside a value is tolerated.
_PARAMETER = re.compile(rb"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^\x00-\x20\x7f]+))?")


class AddressError(ValueError):
    """The argument is not what RFC 5321 allows."""


@dataclass(frozen=True, slots=True)
class Path:
    """A reverse-path or forward-path: the octets between the angle brackets, and the parameters by upper-case name."""

    address: bytes
    parameters: dict[bytes, bytes | None]


def parse_path(argument: bytes, keyword: bytes) -> Path:
    """Read `FROM:<address> [parameters]` or `TO:<address> [parameters]`; `keyword` is `FROM:` or `TO:`."""
    if argument[: len(keyword)].upper() != keyword:
        raise AddressError(f"expected {keyword.decode()}<address>")
    match = _PATH.match(argument, len(keyword))  # section 3.3: no space between the colon and "<"
    if match is None:
        raise AddressError("malformed address")
    _require_utf8(argument)
    return Path(match[1], _parameters(argument[match.end() :]))


def end_of_path(line: bytes) -> int:
    """Where the parameters of a MAIL or RCPT command begin, which `parse_path` has read."""
    match = _PATH.search(line)
    return match.end() if match else len(line)


def _require_utf8(argument: bytes) -> None:
    try:
        argument.decode("utf-8")
    except UnicodeDecodeError:
        raise AddressError("address is neither ASCII nor UTF-8") from None


def _parameters(text: bytes) -> dict[bytes, bytes | None]:
    if text and not text.startswith(b" "):
        raise AddressError("malformed address")
    parameters: dict[bytes, bytes | None] = {}
    for word in filter(None, text.split(b" ")):
        match = _PARAMETER.fullmatch(word)
        if match is None or match[1].upper() in parameters:
            raise AddressError("malformed parameter")
        parameters[match[1].upper()] = match[2]
    return parameters
