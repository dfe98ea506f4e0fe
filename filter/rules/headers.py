"""Rules on which header fields are there (RFC 5322 section 3.6)."""

from collections import Counter

from filter.rules.evidence import Evidence

_SINGLETONS = frozenset(
    {"date", "from", "sender", "reply-to", "to", "cc", "message-id", "in-reply-to", "references", "subject"}
)


def missing_from(evidence: Evidence) -> str | None:
    """No From field at all."""
    return None if evidence.message.has("from") else "no From field"


def missing_date(evidence: Evidence) -> str | None:
    """No Date field."""
    return None if evidence.message.has("date") else "no Date field"


def duplicate_singleton(evidence: Evidence) -> str | None:
    """A field that may stand once stands twice, with different values."""
    distinct = {(header.name, header.value) for header in evidence.message.headers if header.name in _SINGLETONS}
    repeated = sorted(name for name, count in Counter(name for name, _ in distinct).items() if count > 1)
    return f"more than one {', '.join(repeated)}" if repeated else None
