"""Made records of messages."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from filter.record import Record
from filter.store.history import History

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


def kept(history: Path) -> list[Record]:
    """All rows of a history file, the newest first."""
    with closing(sqlite3.connect(history)) as connection:
        refs = [ref for (ref,) in connection.execute("SELECT ref FROM messages ORDER BY time DESC, id DESC")]
    with History(history) as rows:
        return [record for ref in dict.fromkeys(refs) for record in rows.find(ref)]
