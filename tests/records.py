"""Made records of messages."""

from dataclasses import replace

from filter.record import Record

NOON = 1_767_268_800.0
"""2026-01-01 12:00 UTC."""

SPAM = Record(
    time=NOON,
    ref="4F0C9E21",
    action="reject",
    score=17.25,
    reason="score 17.25 reaches reject_at 15",
    reply="b'550 5.7.1 Message refused as spam [ref 4F0C9E21]'",
    size=2345,
    sender="'eve@example.com'",
    recipient="'ann@example.net'",
    recipients=2,
    client="192.0.2.7",
    listener="inbound",
    hits=(("GTUBE", 20.0), ("NB_WORDS", -2.75)),
    seconds={"scan": 0.02},
)


def made(**changes: object) -> Record:
    """A refused spam, with changes."""
    return replace(SPAM, **changes)  # type: ignore[arg-type]
