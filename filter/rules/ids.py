"""Rules on the Message-ID (RFC 5322 section 3.6.4)."""

import re

from filter.rules.domains import is_address
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule, Speaks

_WELL_FORMED = re.compile(rb"<[^<>@\s]{1,500}@[^<>@\s]{1,255}>")
_QUOTED = re.compile(rb'<"[^"]{1,500}"@[^<>@\s]{1,255}>')


def malformed(evidence: Evidence) -> str | None:
    """No angle brackets, no @ or several of them."""
    value = evidence.fields.get("message-id", b"")[:1000].strip()
    if not value or _WELL_FORMED.fullmatch(value) or _QUOTED.fullmatch(value):
        return None
    return f"Message-ID: {value[:60].decode('ascii', 'replace')}"


def host_literal(evidence: Evidence) -> str | None:
    """Its right side is an address, localhost or nothing. Bare names tell nothing: the largest senders write them."""
    host = evidence.id_host
    if host is None:
        return None
    if not host or host.startswith("localhost") or is_address(host.strip("[]")):
        return f"made at {host[:60]}"
    return None


def matches_sender(evidence: Evidence) -> str | None:
    """Made on the sender's own domain."""
    own, host = evidence.own_site, evidence.id_host
    return f"made at {own[:60]}" if own and host is not None and f".{host}".endswith(f".{own}") else None


ROWS: tuple[Rule, ...] = (
    Rule("MSGID_MALFORMED", "headers", 1.5, "the Message-ID breaks its grammar", malformed, needs="id_is_odd"),
    Rule("MSGID_HOST_LITERAL", "headers", 0.3, "the Message-ID names no real host", host_literal, needs="id_is_odd"),
    Rule(
        "MSGID_DOMAIN_MATCHES_FROM",
        "headers",
        -0.2,
        "the Message-ID was made on the sender's domain",
        matches_sender,
        Speaks.HAM,
        needs="id_is_own",
    ),
)
