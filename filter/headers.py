"""Our headers on a message: edited as octets, so that all that is not ours stays as it came.

A message is never parsed and written again: that would change octets and break signatures (DKIM, S/MIME).
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from filter.policy import Action, Decision
from filter.separator import header_start
from filter.verdict import Verdict, two_decimals

CHUNK = 64 * 1024
HOLD = b"X-Hamgate-Hold: yes\r\n"
"""By this a relay knows that it is to hold a message for review. A forged one goes with all that claims to be ours."""
MAX_STARS = 50  # as SpamAssassin
MAX_REPORTED = 40
MAX_DETAIL = 100
_UNSAFE = re.compile(r"[^ -~]|[\[\];]")
_FOLD_AT = 76

# A header of a name that is ours to write, with its folded lines (RFC 5322 section 2.2.3). The colon is not asked
# for: "X-Spam-Flag :" is read as a header by many (obsolete syntax, section 4.5).
_FORGED = re.compile(rb"^X-(?:Spam|Hamgate)-[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)


class HeaderTooBigError(ValueError):
    """The header has no end within the limit."""


def spam_headers(verdict: Verdict, decision: Decision, version: str) -> bytes:
    """Write X-Spam-* in the form of SpamAssassin, which delivery rules know, and a report of all parts."""
    spam = decision.action is not Action.ACCEPT
    score = two_decimals(verdict.score)
    stars = "*" * min(MAX_STARS, max(0, int(verdict.score)))
    return (
        f"X-Spam-Flag: {'YES' if spam else 'NO'}\r\n"
        f"X-Spam-Status: {_status(verdict, spam, score, decision.policy.tag_at, version)}\r\n"
        f"X-Spam-Score: {score}\r\n"
        f"X-Spam-Level: {stars}\r\n"
        f"X-Hamgate-Report: {_report(verdict)}\r\n"
    ).encode("ascii") + (HOLD if decision.action is Action.HOLD else b"")


def monitor_headers(verdict: Verdict, decision: Decision, version: str) -> bytes:
    """What would have happened, under names that no delivery rule acts on."""
    would = (decision.would or decision.action).value
    score = two_decimals(verdict.score)
    return (
        f"X-Hamgate-Monitor: would {would}, score={score} version={version}\r\nX-Hamgate-Report: {_report(verdict)}\r\n"
    ).encode("ascii")


def unscanned_headers(fault: str) -> bytes:
    """Say that nobody has judged this message; `fault` is a word of ours."""
    return f"X-Hamgate-Unscanned: yes, fault={fault}\r\n".encode("ascii")


def _report(verdict: Verdict) -> str:
    """Each part of the score with its points and detail, the weightiest first, one on a line."""
    hits = sorted((hit for hit in verdict.hits if hit.points), key=lambda hit: -abs(hit.points))
    parts = [f"{hit.symbol}({hit.points:+.2f}){_bracketed(hit.detail)}" for hit in hits[:MAX_REPORTED]]
    return ";\r\n\t".join(parts) or "none"


def _bracketed(detail: str) -> str:
    """A detail may quote the message, so no octet of it may end a line, a comment or our list."""
    safe = _UNSAFE.sub("?", detail[:MAX_DETAIL])
    return f" [{safe}]" if safe else ""


def _status(verdict: Verdict, spam: bool, score: str, required: float, version: str) -> str:
    symbols = [hit.symbol for hit in verdict.hits if hit.points]
    start = f"{'Yes' if spam else 'No'}, score={score} required={float(required)} tests="
    return f"{_folded(start, symbols or ['none'])} autolearn=no version={version}"


def _folded(start: str, symbols: list[str]) -> str:
    lines = [start]
    width = len("X-Spam-Status: ") + len(start)
    for i, symbol in enumerate(symbols):
        word = symbol if i + 1 == len(symbols) else f"{symbol},"
        if i and width + len(word) > _FOLD_AT:
            lines.append("\r\n\t")
            width = 8
        lines.append(word)
        width += len(word)
    return "".join(lines)


def edited(message: BinaryIO, ours: bytes, limit: int) -> Iterator[bytes]:
    """Yield `message` with our headers on top and forged ones removed; octets below the header are copied."""
    header, rest = read_header(message, limit)
    yield edited_header(header, ours) + rest
    yield from chunks(message)


def chunks(message: BinaryIO) -> Iterator[bytes]:
    """Yield the rest of `message` as it is."""
    while chunk := message.read(CHUNK):
        yield chunk


def read_header(message: BinaryIO, limit: int) -> tuple[bytes, bytes]:
    """Return the header with its line ends, and what was read beyond it (the empty line and some of the body)."""
    octets = message.read(CHUNK)
    while (end := _header_end(octets)) < 0 and len(octets) <= limit:
        more = message.read(CHUNK)
        if not more:
            end = len(octets)  # no empty line: all of it may be header
            break
        octets += more
    if not 0 <= end <= limit:
        raise HeaderTooBigError
    return octets[:end], octets[end:]


def _header_end(octets: bytes) -> int:
    if octets.startswith(b"\r\n"):
        return 0
    end = octets.find(b"\r\n\r\n")
    return end + 2 if end >= 0 else -1


def edited_header(header: bytes, ours: bytes, line_end: bytes = b"\r\n") -> bytes:
    """Put `ours`, whose lines end as those of the message do, above `header`; take out what claims to be ours."""
    start = header_start(header)  # the separator line stays first, where mail servers look for it
    # A message that begins with white space has no header: without an empty line its text would continue ours.
    gap = line_end if header[start : start + 1] in (b" ", b"\t") else b""
    return header[:start] + ours + gap + _FORGED.sub(b"", header[start:])
