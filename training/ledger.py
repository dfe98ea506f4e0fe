"""Which messages were read, under which name: on disk, because a list of millions would fill the memory."""

import hashlib
import sqlite3
from collections.abc import Iterable
from typing import Any

_CACHE_KIB = 4 * 1024  # sorting takes it several times over; more makes it no faster


class Ledger:
    """Digests and names by class, in a temporary file that nobody else sees and that goes with it.

    Methods raise sqlite3.Error if the temporary folder is full.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._database.executescript(
            "PRAGMA temp_store = FILE; PRAGMA journal_mode = OFF;"
            "CREATE TABLE message (label TEXT, digest BLOB, name BLOB);"
            "CREATE VIEW last AS SELECT label, digest, max(rowid) AS at FROM message GROUP BY label, digest;"
            "CREATE VIEW shared AS SELECT ham.at AS ham, spam.at AS spam FROM last AS ham JOIN last AS spam "
            "USING (digest) WHERE ham.label = 'ham' AND spam.label = 'spam'"
        )

    def add(self, label: str, rows: Iterable[tuple[str, str]]) -> None:
        """Write (digest, name) pairs down."""
        self._database.executemany(
            "INSERT INTO message VALUES (?, ?, ?)",
            ((label, bytes.fromhex(digest), name.encode("utf-8", "surrogateescape")) for digest, name in rows),
        )

    def both(self, most: int) -> tuple[int, list[tuple[str, str]]]:
        """How many messages stand in ham and in spam, and the names of the first `most` in both."""
        [(count,)] = self._database.execute("SELECT count(*) FROM shared")
        names = self._database.execute(
            "SELECT a.name, b.name FROM shared JOIN message AS a ON a.rowid = ham JOIN message AS b ON b.rowid = spam "
            "ORDER BY ham LIMIT ?",
            (most,),
        )
        return count, [(_text(ham), _text(spam)) for ham, spam in names]

    def card_entry(self, label: str) -> dict[str, Any]:
        """What a model card says of a class (see `sources.Source.card_entry`)."""
        digest, count = hashlib.sha256(), 0
        for (one,) in self._database.execute("SELECT digest FROM message WHERE label = ? ORDER BY digest", (label,)):
            digest.update((b"\n" if count else b"") + one.hex().encode())
            count += 1
        return {"label": label, "messages": count, "sha256": digest.hexdigest()}

    def close(self) -> None:
        """Give the temporary file back."""
        self._database.close()


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
