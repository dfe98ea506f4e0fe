"""The history: what became of each message, in a SQLite file of its own, for whoever is asked about a reference.

It may be lost without harm to any mail: nothing here is ever raised into the delivery of a message.
"""

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from filter.record import Record
from filter.record_lines import from_fields
from filter.store.errors import StateError

APPLICATION = 0x68676869
"""`hghi` in the file's header, so that `file` and we know what it is."""
VERSION = 1
PATIENCE = 5.0
"""Seconds to wait for another process that writes."""
_ROUND = 1000
"""Rows of one deletion: other processes write between two of them."""

_TABLES = """
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    time REAL NOT NULL,
    ref TEXT NOT NULL,
    action TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX by_ref ON messages (ref);
CREATE INDEX by_time ON messages (time, action);
"""


class History:
    """The rows of a history file that exists. One thread uses it. Raises StateError."""

    def __init__(self, path: Path, writing: bool = False) -> None:
        self._path = path
        with _explained(path):
            self._connection = _connect(path, "rw" if writing else "ro")
            self._inode = path.stat().st_ino

    def __enter__(self) -> "History":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def is_gone(self) -> bool:
        """Whether the file was removed, or another one has its name."""
        try:
            return self._path.stat().st_ino != self._inode
        except OSError:
            return True

    def find(self, reference: str) -> list[Record]:
        """The messages with this reference, the newest first: of a million, two may share one by chance."""
        with _explained(self._path):
            rows = self._connection.execute(_FIND, (reference,))
            return [from_fields(dict(zip(_COLUMNS, row, strict=False)) | json.loads(row[-1])) for row in rows]

    def counts(self, since: float) -> dict[str, int]:
        """Messages by action since a time."""
        with _explained(self._path):
            query = "SELECT action, count(*) FROM messages WHERE time >= ? GROUP BY action"
            return dict(self._connection.execute(query, (since,)))

    def span(self) -> tuple[float, float] | None:
        """The times of the oldest and the newest row; None if there is none."""
        with _explained(self._path):
            first, last = self._connection.execute("SELECT min(time), max(time) FROM messages").fetchone()
        return None if first is None else (first, last)

    def add(self, records: Sequence[Record]) -> None:
        """Write rows, all or none of them."""
        rows = [(one.time, one.ref, one.action, _json(one)) for one in records]
        with _explained(self._path), self._transaction():
            self._connection.executemany("INSERT INTO messages (time, ref, action, record) VALUES (?, ?, ?, ?)", rows)

    def prune(self, before: float, rows: int, rounds: int = 2) -> int:
        """Delete what is older than `before`, and the oldest beyond the number of `rows`.

        At most so many `rounds` of 1000 rows, each a transaction, so that nobody waits long. Returns how many went.
        """
        gone = 0
        with _explained(self._path):
            for query, value in ((_OLD, before), (_BEYOND, rows)):
                for _ in range(rounds):
                    with self._transaction():
                        deleted = self._connection.execute(query, (value, _ROUND)).rowcount
                    gone += deleted
                    if deleted < _ROUND:
                        break
        return gone

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk has ended it already
                self._connection.execute("ROLLBACK")
            raise


_FIND = "SELECT time, ref, action, record FROM messages WHERE ref = ? ORDER BY id DESC LIMIT 100"
_OLD = "DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE time < ? ORDER BY time LIMIT ?)"
_BEYOND = """
DELETE FROM messages WHERE id IN
    (SELECT id FROM messages WHERE id <= (SELECT max(id) FROM messages) - ? ORDER BY id LIMIT ?)
"""  # rows are numbered in one sequence and deleted from its beginning: counting them would read them all


def create(path: Path) -> None:
    """Make an empty history at `path` that only its owner can read, and its folder. It is there whole or not at all."""
    with _explained(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")
        try:
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")  # readers never wait for the writer
                connection.executescript(_TABLES)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
            with _locked(path.parent):
                if not path.exists():  # else another process was faster
                    for left in ("-wal", "-shm"):  # of a file that was removed: SQLite would take them for ours
                        path.with_name(path.name + left).unlink(missing_ok=True)
                    path.hardlink_to(temporary)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other processes from beginning a history in `folder` meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, timeout=PATIENCE, isolation_level=None, uri=True, check_same_thread=False)
    try:
        _check(path, connection)
        connection.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing, a power cut the last rows
        connection.execute("PRAGMA secure_delete = ON")  # addresses that have expired are overwritten
        connection.execute("PRAGMA trusted_schema = OFF")
    except BaseException:
        connection.close()
        raise
    return connection


def _check(path: Path, connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise WrongFileError(f"{path}: not a history of hamgate")
    if version != VERSION:
        raise WrongFileError(f"{path}: history of version {version}, this hamgate reads version {VERSION}")


class WrongFileError(StateError):
    """Not a history that we can write: waiting will not help."""


_COLUMNS = ("time", "ref", "action")


def _json(record: Record) -> str:
    """What has no column and is not empty: names of fields are a fifth of a row."""
    kept = {name: value for name, value in record.fields().items() if name not in _COLUMNS and value not in _EMPTY}
    return json.dumps(kept, separators=(",", ":"))


_EMPTY: tuple[object, ...] = ("", (), {}, None)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the file system, SQLite and damaged rows raise into a StateError of one line."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
        raise StateError(f"{path}: {_MEANINGS.get(code) or ' '.join(str(error).split())[:100]}") from error
    except OSError as error:
        raise StateError(f"{error.filename or path}: cannot be used: {error.strerror or error}") from error
    except ValueError as error:
        raise StateError(f"{path}: damaged row ({' '.join(str(error).split())[:100]})") from error


_AWAY = "move it away and a new one is begun"
_MEANINGS = {
    sqlite3.SQLITE_BUSY: "another process is writing and does not end",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written",
    sqlite3.SQLITE_READONLY: "may not be written by this user",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: is it there, and may this user read it and its folder?",
    sqlite3.SQLITE_CORRUPT: f"damaged: {_AWAY}",
    sqlite3.SQLITE_NOTADB: f"not a history of hamgate, or damaged: {_AWAY}",
}
_PRIMARY = 0xFF
"""The low byte of an extended result code is the kind of error."""
