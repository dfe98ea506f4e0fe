"""How much of a message is read, and the names of what was cut or found broken."""

from dataclasses import dataclass
from enum import StrEnum


class Fact(StrEnum):
    """Something cut or broken that the reader met. Features and rules may use it; nothing is refused for it here."""

    SIZE_CUT = "size-cut"
    HEADER_CUT = "header-cut"
    HEADERS_CUT = "headers-cut"
    PARAMETERS_CUT = "parameters-cut"
    PARTS_CUT = "parts-cut"
    DEPTH_CUT = "depth-cut"
    TEXT_CUT = "text-cut"
    HTML_CUT = "html-cut"
    URLS_CUT = "urls-cut"
    BARE_CR = "bare-cr"
    NUL = "nul"
    NO_SEPARATOR = "no-separator"
    HEADER_8BIT = "header-8bit"
    BAD_ENCODED_WORD = "bad-encoded-word"
    NO_BOUNDARY = "no-boundary"
    BOUNDARY_UNSEEN = "boundary-unseen"
    BOUNDARY_UNCLOSED = "boundary-unclosed"
    BAD_BASE64 = "bad-base64"
    BAD_TRANSFER_ENCODING = "bad-transfer-encoding"
    BAD_CHARSET = "bad-charset"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a message is read, in bytes, characters (`text`, `html`) or counts.

    `html` is what goes to the HTML parser, which is quadratic on hostile input (48 Ki: 0.13 s); the rest of the
    HTML is only stripped of its tags.
    """

    message: int = 16 * 1024 * 1024
    header: int = 256 * 1024
    header_value: int = 16 * 1024
    headers: int = 1000
    parameters: int = 32
    parts: int = 250
    depth: int = 16
    near_boundaries: int = 5000
    searched: int = 48 * 1024 * 1024
    part_text: int = 256 * 1024
    text: int = 192 * 1024
    html: int = 48 * 1024
    urls: int = 500
    open_attached: bool = True
    """Whether a message that is attached is read as a part of the one that carries it; else it is one leaf."""
