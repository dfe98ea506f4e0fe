"""Rules on Date (RFC 5322 section 3.3), against the clock of the relay that took the message in."""

from datetime import datetime, timedelta

from filter.rules.evidence import Evidence
from filter.rules.rule import Rule

_FUTURE = timedelta(days=1)
_PAST = timedelta(days=7)
_WIDEST_ZONE = timedelta(hours=14)
"""The zones in use reach from -12 to +14 hours."""


def unparseable(evidence: Evidence) -> str | None:
    """Date is there but is none, or lies in a zone that no place on earth has."""
    value = evidence.fields.get("date")
    if value is None:
        return None
    date = evidence.date
    if date is None:
        return f"Date: {value[:40].decode('ascii', 'replace')}" if value else "Date is empty"
    zone = date.utcoffset()
    return f"in zone {date:%z}" if zone is not None and abs(zone) > _WIDEST_ZONE else None


def _ahead(evidence: Evidence) -> timedelta:
    date, received = evidence.date, evidence.received
    return _difference(date, received) if date is not None and received is not None else timedelta()


def _difference(date: datetime, received: datetime) -> timedelta:
    try:
        return date - received
    except OverflowError:  # a zone carries it out of the years that there are
        return timedelta()


def far_future(evidence: Evidence) -> str | None:
    """Dated more than a day after it came in."""
    ahead = _ahead(evidence)
    return f"dated {ahead.days} days after it came in" if ahead > _FUTURE else None


def far_past(evidence: Evidence) -> str | None:
    """Dated more than a week before it came in."""
    ahead = _ahead(evidence)
    return f"dated {-ahead.days} days before it came in" if -ahead > _PAST else None


ROWS: tuple[Rule, ...] = (
    Rule(
        "DATE_UNPARSEABLE",
        "headers",
        1.5,
        "Date is no date, or in an impossible zone",
        unparseable,
        needs="date_is_odd",
    ),
    Rule("DATE_FAR_FUTURE", "headers", 1.5, "dated more than a day after it came in", far_future, needs="date_is_odd"),
    Rule("DATE_FAR_PAST", "headers", 0.5, "dated more than a week before it came in", far_past, needs="date_is_odd"),
)
