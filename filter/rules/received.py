"""Rules on the trace of relays (RFC 5321 section 4.4). Only the newest Received is ours, the others are claims."""

import re
from datetime import timedelta

from filter.rules.date_field import read_date
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule, Speaks

_BEYOND_255 = re.compile(rb"\[(?=[\d.]{0,12}(?:2[6-9]\d|25[6-9]|[3-9]\d\d))(\d{1,3}(?:\.\d{1,3}){3})\]")
_MOST_HOPS = 12
_NAMED_HOPS = 4
_CLOCK_ERROR = timedelta(days=2)


def few_hops(evidence: Evidence) -> str | None:
    """At most one relay before ours: a program on the sender's side delivers by itself."""
    return "one Received field" if evidence.hops else "no Received field"


def forged_chain(evidence: Evidence) -> str | None:
    """Names an impossible address, or a relay that took it days after the next one had it."""
    hops = evidence.hops[:_MOST_HOPS]
    impossible = _BEYOND_255.search(b" ".join(hops[:_NAMED_HOPS]))
    if impossible is not None:
        return f"Received names {impossible[1].decode('ascii')}"
    if evidence.in_order or evidence.received is None:
        return None
    newest = evidence.received
    oldest = read_date(hops[-1].rpartition(b";")[2].strip())
    if oldest is None:
        return None
    try:
        late = oldest - newest
    except OverflowError:
        return "Received lies outside of time"
    return f"a first relay {late.days} days after the last" if late > _CLOCK_ERROR else None


ROWS: tuple[Rule, ...] = (
    Rule(
        "RECEIVED_ABSENT_OR_SINGLE",
        "headers",
        0.0,
        "no or one Received field",
        few_hops,
        Speaks.EITHER,
        needs="few_hops",
    ),
    Rule(
        "RECEIVED_FORGED_CHAIN",
        "headers",
        2.0,
        "Received fields contradict each other or facts",
        forged_chain,
        needs="trace_is_odd",
    ),
)
