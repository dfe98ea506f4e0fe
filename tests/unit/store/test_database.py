"""The journal's file: made whole or not at all, as open as its folder, refused in one line when it is no journal."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from filter.store.database import connect, create
from filter.store.errors import StateError
from filter.store.journal import Journal


@pytest.mark.parametrize(("folder", "file"), [(0o700, 0o600), (0o770, 0o660), (0o750, 0o640)])
def test_the_file_is_as_open_as_its_folder(tmp_path: Path, folder: int, file: int) -> None:
    tmp_path.chmod(folder)
    create(tmp_path / "journal.sqlite")
    assert stat.S_IMODE((tmp_path / "journal.sqlite").stat().st_mode) == file
    assert [path.name for path in tmp_path.iterdir()] == ["journal.sqlite"]


def test_a_new_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    create(tmp_path / "state" / "journal.sqlite")
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_a_journal_that_another_process_just_made_stays(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    create(path)
    before = path.stat().st_ino
    create(path)
    assert path.stat().st_ino == before
    assert [found.name for found in tmp_path.iterdir()] == ["journal.sqlite"]


def test_it_keeps_what_was_answered_and_overwrites_what_is_forgotten(tmp_path: Path) -> None:
    create(tmp_path / "journal.sqlite")
    with closing(connect(tmp_path / "journal.sqlite", "rw", 1.0)) as connection:
        found = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "secure_delete")
        ]
    assert found == ["wal", 2, 1]


def other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE message (text)")


def later_version(path: Path) -> None:
    create(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 9")


def torn(path: Path) -> None:
    create(path)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xaa" * (len(data) - 4096)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (other_database, "not a journal of hamgate"),
        (later_version, "journal of version 9, this hamgate reads versions 1 to 2"),
        (torn, "damaged journal: restore it from a backup, or move it away to begin with an empty one"),
        (lambda path: path.write_bytes(b"not a database" * 400), "damaged journal: restore it"),
        (lambda path: path.write_bytes(b""), "not a journal of hamgate"),
        (Path.mkdir, "cannot be opened"),
    ],
)
def test_what_is_no_journal_is_refused_in_one_line(tmp_path: Path, make: object, text: str) -> None:
    path = tmp_path / "journal.sqlite"
    make(path)  # type: ignore[operator]
    with pytest.raises(StateError, match=text) as found, Journal.for_writing(path) as journal:
        journal.tally()
    assert "\n" not in str(found.value)
    assert str(found.value).startswith(f"{path}: ")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="file: cannot be used: "):
        Journal.for_writing(tmp_path / "file" / "journal.sqlite")
