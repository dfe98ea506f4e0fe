"""What was learned, by whom and when: an SQLite file with one writer at a time and any number of readers.

No text of a message is kept: its digest, its label, and the numbers of its tokens. Counts are kept as a sum and what
came since, so that learning writes a few kilobytes, and reading does not grow with the years.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from filter.features import FEATURES_VERSION
from filter.store import blob, contained
from filter.store.database import connect, create, explained
from filter.tally import Lesson, Slots, Tally

PATIENCE = 10.0
"""Seconds that a writer waits for another one."""
READER_PATIENCE = 1.0
FOLD_AT = 256
"""Pending messages that are added to the sum at once: reading them takes about 10 ms."""


_LABELS = "SELECT digest, kind FROM message"


class UnknownError(Exception):
    """The message is not in the journal."""


class OtherLabelError(Exception):
    """The message has the other label; a person gave it, so only a person changes it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message to learn: its digest, the index of its kind in `models.model.KINDS`, and its slots by field."""

    digest: bytes
    kind: int
    slots: dict[str, Slots]

    @property
    def label(self) -> str:
        """`ham` or `spam`."""
        return label_of(self.kind)


@dataclass(frozen=True, slots=True)
class Author:
    """Who says so, and the version of the model in use."""

    who: str
    model: str


def label_of(kind: int) -> str:
    """The class of a kind, an index in `models.model.KINDS`."""
    return "spam" if kind >= 2 else "ham"


class Journal:
    """An open journal; use it as a context manager."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._known: tuple[int, Tally] | None = None
        """The newest pending message that was counted, and the counts with it."""

    @classmethod
    def for_writing(cls, path: Path, patience: float = PATIENCE) -> Self:
        """Open the journal at `path`; make it and its folder if they are not there. Raises StateError."""
        with explained(path):
            if not path.exists():
                create(path)
            return cls(path, connect(path, "rw", patience))

    @classmethod
    def for_reading(cls, path: Path, patience: float = READER_PATIENCE) -> Self | None:
        """Open the journal at `path`, if there is one. Raises StateError."""
        with explained(path):
            return cls(path, connect(path, "ro", patience)) if path.exists() else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is kept together or not at all. Raises StateError."""
        with explained(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._fold()
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.commit()

    def learn(self, entry: Entry, author: Author) -> bool:
        """Add a message; False if it was there with this label. Raises OtherLabelError."""
        before = self._find(entry.digest)
        if before is not None:
            if label_of(before[0]) != entry.label:
                raise OtherLabelError(label_of(before[0]))
            return False
        self._event("learn", entry.label, entry.digest, author)
        self._insert(entry)
        return True

    def forget(self, digest: bytes, author: Author) -> str:
        """Take a message out again; returns the label that it had. Raises UnknownError."""
        label = label_of(self._remove(digest))
        self._event("forget", label, digest, author)
        return label

    def relabel(self, entry: Entry, author: Author) -> bool:
        """Change the label of a message; False if it was this one already. Raises UnknownError."""
        before = self._find(entry.digest)
        if before is not None and label_of(before[0]) == entry.label:
            return False
        self._remove(entry.digest)
        self._event("relabel", entry.label, entry.digest, author)
        self._insert(entry)
        return True

    def revision(self) -> int:
        """A number that is another one after each change."""
        with explained(self._path):
            (seq,) = self._connection.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()
            return int(seq) + contained.revision(self._connection)

    def tally(self, mail: str = "") -> Tally:
        """The counts of all that is learned now, but for messages that the training `mail` contains.

        Asked again, only what came since is read. Raises StateError.
        """
        with explained(self._path), self._snapshot() as writing:
            return self._whole(writing).without(contained.tally(self._connection, mail))

    def messages(self, mail: str = "") -> Iterator[tuple[bytes, Lesson]]:
        """Digest and lesson of all that is learned now, by digest, but for what the training `mail` contains.

        Raises StateError.
        """
        with explained(self._path):
            for digest, kind, slots in contained.others(self._connection, mail):
                yield digest, Lesson(kind, blob.to_slots(slots))

    def mark(self, mail: str, labels: Mapping[bytes, str], base: str = "") -> int:
        """Take note that the training `mail` contains messages (label by digest) and what the mail `base` contains.

        Inside a transaction. How many of them are learned now with the same label. Raises StateError.
        """
        contained.mark(self._connection, mail, labels, base)
        return contained.count(self._connection, mail)

    def contained(self, mail: str) -> int:
        """How many messages are learned that the training `mail` contains. Raises StateError."""
        with explained(self._path):
            return contained.count(self._connection, mail)

    def labels(self) -> dict[bytes, str]:
        """The label of every message that is learned now, by digest. Raises StateError."""
        with explained(self._path):
            return {digest: label_of(kind) for digest, kind in self._connection.execute(_LABELS)}

    def __len__(self) -> int:
        """How many messages are learned now. Raises StateError."""
        with explained(self._path):
            (number,) = self._connection.execute("SELECT count(*) FROM message").fetchone()
            return int(number)

    def replay(self) -> Tally:
        """The same, counted again from every message. Raises StateError."""
        with explained(self._path), self._snapshot():
            return self._replay()

    def unread(self) -> int:
        """Messages that were learned by another version of the extractor, and do not count until learned again."""
        with explained(self._path), self._snapshot() as writing:
            (count,) = self._connection.execute("SELECT count(*) FROM message").fetchone()  # all: from the index alone
            return int(count) - sum(self._whole(writing).messages)

    @contextmanager
    def _snapshot(self) -> Iterator[bool]:
        """Several statements see one state; whether it is that of a transaction that writes, which is around them."""
        if self._connection.in_transaction:
            yield True
            return
        self._connection.execute("BEGIN")
        try:
            yield False
        finally:
            self._connection.rollback()

    def _tally(self) -> Tally:
        features, counts = self._connection.execute("SELECT features, counts FROM tally").fetchone()
        if features != FEATURES_VERSION:
            return self._replay()  # tokens have changed since: only messages learned with the new ones count
        return blob.to_tally(counts).with_lessons(self._pending(0))

    def _whole(self, writing: bool) -> Tally:
        """The counts of all messages; of what may yet be rolled back nothing is remembered."""
        return self._tally() if writing else self._remembered()

    def _remembered(self) -> Tally:
        newest = self._newest()
        tally = self._since_known(newest) or self._tally()
        self._known = newest, tally
        return tally

    def _newest(self) -> int:
        """The number of the newest message that was ever pending."""
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'pending'").fetchone()
        return row[0] if row else 0

    def _since_known(self, newest: int) -> Tally | None:
        """What was counted before and what came since; None if some of that is pending no more, but in the sum."""
        (features,) = self._connection.execute("SELECT features FROM tally").fetchone()
        if self._known is None or features != FEATURES_VERSION:
            return None
        counted, tally = self._known
        lessons = self._pending(counted)
        return tally.with_lessons(lessons) if len(lessons) == newest - counted else None

    def _pending(self, counted: int) -> list[Lesson]:
        query = "SELECT kind, sign, slots FROM pending WHERE seq > ? ORDER BY seq"
        rows = self._connection.execute(query, (counted,))
        return [Lesson(kind, blob.to_slots(slots), sign) for kind, sign, slots in rows]

    def _replay(self) -> Tally:
        query = "SELECT kind, slots FROM message WHERE features = ?"
        rows = self._connection.execute(query, (FEATURES_VERSION,))
        total = Tally()
        while some := rows.fetchmany(FOLD_AT):
            total = total.with_lessons(Lesson(kind, blob.to_slots(slots)) for kind, slots in some)
        return total

    def _fold(self) -> None:
        (count,) = self._connection.execute("SELECT count(*) FROM pending").fetchone()
        (features,) = self._connection.execute("SELECT features FROM tally").fetchone()
        if count < FOLD_AT and features == FEATURES_VERSION:
            return
        counts = blob.from_tally(self._tally())
        self._connection.execute("UPDATE tally SET features = ?, counts = ?", (FEATURES_VERSION, counts))
        self._connection.execute("DELETE FROM pending")

    def _find(self, digest: bytes) -> tuple[int, int, bytes] | None:
        query = "SELECT kind, features, slots FROM message WHERE digest = ?"
        row: tuple[int, int, bytes] | None = self._connection.execute(query, (digest,)).fetchone()
        return row

    def _insert(self, entry: Entry) -> None:
        slots = blob.from_slots(entry.slots)
        row = (entry.digest, entry.kind, FEATURES_VERSION, slots)
        self._connection.execute("INSERT INTO message VALUES (?, ?, ?, ?)", row)
        self._pend(entry.kind, 1, slots)
        contained.follow(self._connection, entry.digest, Lesson(entry.kind, entry.slots))

    def _remove(self, digest: bytes) -> int:
        found = self._find(digest)
        if found is None:
            raise UnknownError
        kind, features, slots = found
        self._connection.execute("DELETE FROM message WHERE digest = ?", (digest,))
        if features == FEATURES_VERSION:
            self._pend(kind, -1, slots)
            contained.follow(self._connection, digest, Lesson(kind, blob.to_slots(slots), -1))
        return kind

    def _pend(self, kind: int, sign: int, slots: bytes) -> None:
        self._connection.execute("INSERT INTO pending (kind, sign, slots) VALUES (?, ?, ?)", (kind, sign, slots))

    def _event(self, action: str, label: str, digest: bytes, author: Author) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        row = (at, author.who, action, label, author.model, digest)
        query = "INSERT INTO event (at, who, action, label, model, digest) VALUES (?, ?, ?, ?, ?, ?)"
        self._connection.execute(query, row)
