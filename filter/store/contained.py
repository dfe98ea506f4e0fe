"""Messages of a journal that a model was trained on: learned on top of that model they would count twice.

They are marked by the training mail and not by the version of the model, because weighing its rules makes another
version of the same mail. A mark counts while the message is learned with the label that it had in training; who
relabels it says that the model is wrong, and that counts.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from filter.features import FEATURES_VERSION
from filter.store import blob
from filter.tally import Lesson, Tally
from models.model import Model

_AT_ONCE = 256
_HELD = (
    "FROM message JOIN contained USING (digest) WHERE mail = ? AND features = ? AND label = "
    "CASE WHEN kind >= 2 THEN 'spam' ELSE 'ham' END"
)
_READ = "SELECT digest, kind, slots FROM message WHERE features = ?"


def mail_of(model: Model) -> str:
    """The name of the mail that `model` was trained on: the same for all models of this mail."""
    found = sorted((str(entry.get("label")), str(entry.get("sha256"))) for entry in model.corpora)
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def mark(connection: sqlite3.Connection, mail: str, labels: Mapping[bytes, str], base: str = "") -> None:
    """Mark the messages of `labels` (label by digest) as contained in `mail`, with all that the mail `base` contains.

    Inside a transaction.
    """
    query = "INSERT OR REPLACE INTO contained SELECT ?, digest, label FROM contained WHERE mail = ?"
    connection.execute(query, (mail, base))
    rows = ((mail, digest, label) for digest, label in labels.items())
    connection.executemany("INSERT OR REPLACE INTO contained VALUES (?, ?, ?)", rows)
    _keep(connection, mail, _counted(connection, mail))


def follow(connection: sqlite3.Connection, digest: bytes, lesson: Lesson) -> None:
    """Take note that `lesson` was learned or forgotten; inside the same transaction."""
    label = "spam" if lesson.kind >= 2 else "ham"
    query = "SELECT mail FROM contained WHERE digest = ? AND label = ?"
    for (mail,) in connection.execute(query, (digest, label)).fetchall():
        _keep(connection, mail, tally(connection, mail, (lesson,)))


def tally(connection: sqlite3.Connection, mail: str, change: Sequence[Lesson] = ()) -> Tally:
    """The counts of messages that are learned and contained in `mail`, and a `change` that the journal has already."""
    if not _is_there(connection):
        return Tally()
    row = connection.execute("SELECT features, counts FROM contained_tally WHERE mail = ?", (mail,)).fetchone()
    if row is None:
        return Tally()
    if row[0] != FEATURES_VERSION:
        return _counted(connection, mail)  # by the extractor of today; the change is in it
    return blob.to_tally(row[1]).with_lessons(change)


def count(connection: sqlite3.Connection, mail: str) -> int:
    """How many messages are learned and contained in `mail`."""
    if not _is_there(connection):
        return 0
    (found,) = connection.execute(f"SELECT count(*) {_HELD}", (mail, FEATURES_VERSION)).fetchone()
    return int(found)


def others(connection: sqlite3.Connection, mail: str) -> Iterable[tuple[bytes, int, bytes]]:
    """Digest, kind and slots of each message that is learned and not contained in `mail`, by digest."""
    if not _is_there(connection):
        return connection.execute(f"{_READ} ORDER BY digest", (FEATURES_VERSION,))
    query = f"{_READ} AND digest NOT IN (SELECT digest {_HELD}) ORDER BY digest"
    return connection.execute(query, (FEATURES_VERSION, mail, FEATURES_VERSION))


def revision(connection: sqlite3.Connection) -> int:
    """A number that grows with each mark."""
    if not _is_there(connection):
        return 0
    (found,) = connection.execute("SELECT count(*) FROM contained").fetchone()
    return int(found)


def _is_there(connection: sqlite3.Connection) -> bool:
    """Journals of version 1 have no such tables until somebody writes."""
    return bool(connection.execute("PRAGMA user_version").fetchone()[0] > 1)


def _counted(connection: sqlite3.Connection, mail: str) -> Tally:
    rows = connection.execute(f"SELECT kind, slots {_HELD}", (mail, FEATURES_VERSION))
    total = Tally()
    while some := rows.fetchmany(_AT_ONCE):
        total = total.with_lessons(Lesson(kind, blob.to_slots(slots)) for kind, slots in some)
    return total


def _keep(connection: sqlite3.Connection, mail: str, found: Tally) -> None:
    row = (mail, FEATURES_VERSION, blob.from_tally(found))
    connection.execute("INSERT OR REPLACE INTO contained_tally VALUES (?, ?, ?)", row)
