"""Opening and making the journal's file, and what SQLite's errors mean to an operator."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filter.features import FEATURES_VERSION
from filter.store import blob, schema
from filter.store.errors import StateError
from filter.tally import Tally

_READ_WRITE = 0o666


def create(path: Path) -> None:
    """Make an empty journal at `path`, and its folder; the file is as open as the folder. It is there whole or not."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")
    try:
        mode = stat.S_IMODE(path.parent.stat().st_mode) & _READ_WRITE
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
        temporary.chmod(mode)  # whatever the umask: a group that may use the folder learns into the same file
        with closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")  # readers never wait for the writer
            connection.executescript(schema.TABLES)
            row = (FEATURES_VERSION, blob.from_tally(Tally()))
            connection.execute("INSERT INTO tally VALUES (1, ?, ?)", row)
            connection.execute(f"PRAGMA application_id = {schema.APPLICATION}")
            connection.execute(f"PRAGMA user_version = {schema.VERSION}")
        path.hardlink_to(temporary)
    except FileExistsError:
        pass  # another process was faster
    finally:
        temporary.unlink(missing_ok=True)


def connect(path: Path, mode: str, patience: float) -> sqlite3.Connection:
    """Open an existing journal with the URI `mode` rw or ro. Raises StateError and SQLite's errors."""
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, timeout=patience, isolation_level=None, uri=True)
    try:
        if _check(path, connection) < schema.VERSION and mode == "rw":
            _bring_up(connection)
        connection.execute("PRAGMA synchronous = FULL")  # what was answered survives a power cut
        connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
        connection.execute("PRAGMA trusted_schema = OFF")
    except BaseException:
        connection.close()
        raise
    return connection


def _bring_up(connection: sqlite3.Connection) -> None:
    """From version 1 to 2; whole or not at all, also if another process does the same."""
    connection.executescript(f"BEGIN IMMEDIATE; {schema.CONTAINED} PRAGMA user_version = {schema.VERSION}; COMMIT;")


def _check(path: Path, connection: sqlite3.Connection) -> int:
    """The version of a journal. Raises StateError."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != schema.APPLICATION:
        raise StateError(f"{path}: not a journal of hamgate")
    if not 1 <= version <= schema.VERSION:
        raise StateError(f"{path}: journal of version {version}, this hamgate reads versions 1 to {schema.VERSION}")
    return int(version)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the file system, SQLite and damaged contents raise into a StateError of one line."""
    try:
        yield
    except sqlite3.Error as error:
        raise StateError(f"{path}: {_meaning(error)}") from error
    except OSError as error:
        raise StateError(f"{error.filename or path}: cannot be used: {error.strerror or error}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise StateError(f"{path}: damaged journal ({' '.join(str(error).split())[:100]}): {_RESTORE}") from error


_RESTORE = "restore it from a backup, or move it away to begin with an empty one"
_MEANINGS = {
    sqlite3.SQLITE_BUSY: "another process is writing and does not end: this was not learned, try again later",
    sqlite3.SQLITE_LOCKED: "another process is writing and does not end: this was not learned, try again later",
    sqlite3.SQLITE_FULL: "the disk is full: this was not learned",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written: this was not learned",
    sqlite3.SQLITE_READONLY: "may not be written by this user: this was not learned",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: this user needs to read and write the file and its folder",
    sqlite3.SQLITE_CORRUPT: f"damaged journal: {_RESTORE}",
    sqlite3.SQLITE_NOTADB: f"damaged journal: {_RESTORE}",
}
_PRIMARY = 0xFF
"""The low byte of an extended result code is the kind of error."""


def _meaning(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    return _MEANINGS.get(code) or f"damaged journal ({' '.join(str(error).split())[:100]}): {_RESTORE}"
