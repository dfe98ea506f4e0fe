"""Rules on the MIME structure (RFC 2045, 2046)."""

import binascii
import re

from filter.limits import Fact
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule, Speaks

_BROKEN = {
    Fact.NO_BOUNDARY: "a multipart without a boundary",
    Fact.BOUNDARY_UNSEEN: "the boundary never occurs",
    Fact.NO_SEPARATOR: "no blank line after a header",
}
_WORD = re.compile(r"[^\W\d_]{4,20}")
_CODED = frozenset({"base64", "quoted-printable"})


def version_missing(evidence: Evidence) -> str | None:
    """MIME without MIME-Version (RFC 2045 section 4)."""
    message = evidence.message
    if "mime-version" in evidence.fields:
        return None
    is_mime = evidence.fields.get("content-type", b"")[:10].lower() == b"multipart/" or any(
        part.encoding in _CODED and not part.depth for part in message.parts[:20]
    )
    return "MIME, but no MIME-Version field" if is_mime else None


def broken(evidence: Evidence) -> str | None:
    """Boundaries or blank lines are missing."""
    facts = evidence.message.facts
    return next((name for fact, name in _BROKEN.items() if fact in facts), None) if facts else None


def html_only(evidence: Evidence) -> str | None:
    """HTML and no plain text."""
    return "HTML without a text part" if evidence.is_html_only else None


def alternatives_disagree(evidence: Evidence) -> str | None:
    """The text part says something else than the HTML part."""
    if evidence.is_report:
        return None  # what came back is no alternative to the notice
    plain, page = evidence.alternatives or ("", "")
    if len(page) < 100:
        return None
    words = set(_WORD.findall(plain)[:30])
    lower = page.lower() if len(words) >= 12 else ""
    shared = 0
    for word in words if lower else ():
        shared += word.lower() in lower
        if shared * 5 >= len(words):
            return None  # without asking for the others
    return f"{shared} of {len(words)} words of the text are in the HTML" if lower else None


def alternative_empty(evidence: Evidence) -> str | None:
    """The text part is empty, the HTML is not."""
    plain, page = evidence.alternatives or ("", "")
    return "the text part is empty" if page.strip() and not plain.strip() else None


def base64_ascii(evidence: Evidence) -> str | None:
    """A text part is base64 though it is plain ASCII (RFC 2045 section 6.2 would have it readable)."""
    for part in evidence.message.parts[:20]:
        if part.encoding == "base64" and part.content_type in ("text/plain", "text/html"):
            start = b"".join(part.body[:4000].split())
            try:
                data = binascii.a2b_base64(start[: len(start) // 4 * 4])
            except binascii.Error:
                continue
            if len(data) > 40 and data.isascii():
                return f"{part.content_type} in base64 is plain ASCII"
    return None


def seven_bit_lie(evidence: Evidence) -> str | None:
    """A part says that it is 7bit, and is not."""
    for part in evidence.message.parts[:50]:
        if part.encoding == "7bit" and not part.body[:262_144].isascii():
            return f"{part.content_type} says 7bit, but holds 8-bit characters"
    return None


def excess_parts(evidence: Evidence) -> str | None:
    """More parts or levels than mail has."""
    parts = evidence.message.parts
    if len(parts) <= 1 and not evidence.message.facts:
        return None
    depth = max((part.depth for part in parts), default=0)
    if len(parts) > 100 or depth > 8 or not evidence.message.facts.isdisjoint({Fact.PARTS_CUT, Fact.DEPTH_CUT}):
        return f"{len(parts)} parts, {depth} deep"
    return None


def mixed_alone(evidence: Evidence) -> str | None:
    """A multipart/mixed that holds one text."""
    message = evidence.message
    if len(message.parts) != 1 or message.parts[0].depth != 1 or message.parts[0].content_type[:5] != "text/":
        return None
    mixed = evidence.fields.get("content-type", b"")[:15].lower() == b"multipart/mixed"
    return "multipart/mixed with one text" if mixed else None


ROWS: tuple[Rule, ...] = (
    Rule(
        "MIME_VERSION_MISSING", "body", 0.3, "MIME without a MIME-Version field", version_missing, needs="is_structured"
    ),
    Rule("MIME_BROKEN_STRUCTURE", "body", 1.0, "boundaries or blank lines are missing", broken, needs="is_structured"),
    Rule("MIME_HTML_WITHOUT_TEXT", "body", 0.3, "HTML without a text part", html_only, needs="is_structured"),
    Rule(
        "MIME_ALT_PARTS_DISAGREE",
        "body",
        1.2,
        "text and HTML say different things",
        alternatives_disagree,
        needs="alternatives",
    ),
    Rule(
        "MIME_ALT_TEXT_EMPTY",
        "body",
        0.5,
        "the text part is empty, the HTML is not",
        alternative_empty,
        needs="alternatives",
    ),
    Rule(
        "MIME_BASE64_PLAIN_ASCII",
        "body",
        0.3,
        "a text part is base64 though plain ASCII",
        base64_ascii,
        needs="is_structured",
    ),
    Rule("MIME_7BIT_LIE", "body", 1.0, "a part says 7bit and is not", seven_bit_lie, needs="is_structured"),
    Rule("MIME_EXCESS_PARTS", "body", 1.0, "more parts or levels than mail has", excess_parts, needs="is_structured"),
    Rule(
        "MIME_MIXED_NO_ATTACHMENT",
        "body",
        0.0,
        "a multipart/mixed that holds one text",
        mixed_alone,
        Speaks.EITHER,
        needs="is_structured",
    ),
)
