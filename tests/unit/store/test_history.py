import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from filter.store.errors import StateError
from filter.store.history import History, WrongFileError, create
from tests.records import NOON, kept, made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "state" / "history"
    create(file)
    return file


def fill(path: Path, count: int) -> None:
    """Add `count` messages, one each second from NOON."""
    with History(path, writing=True) as history:
        history.add([made(ref=f"{number:08X}", time=NOON + number) for number in range(count)])


def test_a_message_is_found_by_its_reference(path: Path) -> None:
    with History(path, writing=True) as history:
        history.add([made(), made(ref="00000001")])
        assert history.find("4F0C9E21") == [made()]
        assert history.find("4F0C9E22") == []


def test_of_two_with_one_reference_the_newer_comes_first(path: Path) -> None:
    with History(path, writing=True) as history:
        history.add([made(action="tag"), made(action="accept")])
        assert [one.action for one in history.find("4F0C9E21")] == ["accept", "tag"]


def test_messages_are_counted_by_action_since_a_time(path: Path) -> None:
    with History(path, writing=True) as history:
        history.add(
            [made(ref="A", time=NOON), made(ref="B", time=NOON + 2, action="tag"), made(ref="C", time=NOON + 1)]
        )
        assert history.counts(since=NOON + 1) == {"reject": 1, "tag": 1}
        assert history.span() == (NOON, NOON + 2)


def test_an_empty_history_spans_nothing(path: Path) -> None:
    with History(path) as history:
        assert history.span() is None
        assert history.counts(0.0) == {}


def test_only_the_owner_can_read_it(path: Path) -> None:
    with History(path, writing=True) as history:
        history.add([made()])
        files = list(path.parent.iterdir())
        assert len(files) == 3  # SQLite's log and its index beside it
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_rows_that_are_too_old_go(path: Path) -> None:
    fill(path, 10)
    with History(path, writing=True) as history:
        assert history.prune(before=NOON + 4, rows=1000) == 4
        assert history.span() == (NOON + 4, NOON + 9)


def test_the_oldest_rows_beyond_the_number_go(path: Path) -> None:
    fill(path, 10)
    with History(path, writing=True) as history:
        assert history.prune(before=0.0, rows=3) == 7
    assert [one.ref for one in kept(path)] == ["00000009", "00000008", "00000007"]


def test_many_rows_go_a_thousand_at_a_time(path: Path) -> None:
    fill(path, 2500)
    with History(path, writing=True) as history:
        assert history.prune(before=NOON + 9999, rows=10_000, rounds=1) == 1000
        assert history.prune(before=NOON + 9999, rows=10_000) == 1500


def test_what_expired_is_overwritten(path: Path) -> None:
    with History(path, writing=True) as history:
        history.add([made(sender="'secret-sender@example.com'")])
        history.prune(before=NOON + 1, rows=10)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"secret-sender" not in path.read_bytes()


def test_creating_again_keeps_what_is_there(path: Path) -> None:
    fill(path, 1)
    create(path)
    assert len(kept(path)) == 1


def test_a_reader_writes_nothing(path: Path) -> None:
    with History(path) as history, pytest.raises(StateError, match="may not be written"):
        history.add([made()])


@pytest.mark.parametrize(
    ("content", "text"),
    [(b"no database at all, but long enough to be read as one" * 40, "not a history of hamgate, or damaged"),
     (b"", "not a history of hamgate")],
)  # fmt: skip
def test_other_files_are_named(tmp_path: Path, content: bytes, text: str) -> None:
    (tmp_path / "history").write_bytes(content)
    with pytest.raises(StateError, match=text):
        History(tmp_path / "history")
    assert (tmp_path / "history").read_bytes() == content


def test_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot be opened: is it there"):
        History(tmp_path / "history")


def test_a_history_of_another_version_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(WrongFileError, match="history of version 99, this hamgate reads version 1"):
        History(path)


def test_a_writer_that_waits_in_vain_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filter.store.history.PATIENCE", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other, History(path, writing=True) as history:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError, match="another process is writing"):
            history.add([made()])
        other.execute("ROLLBACK")
        history.add([made()])
        assert history.find("4F0C9E21")


def test_many_who_begin_it_at_once_begin_one(tmp_path: Path) -> None:
    path, together = tmp_path / "history", threading.Barrier(8)

    def begin(number: int) -> None:
        together.wait()
        create(path)
        with History(path, writing=True) as history:
            history.add([made(ref=f"{number:08X}")])

    for _ in range(5):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(begin, range(8)))
        assert sorted(one.ref for one in kept(path)) == [f"{number:08X}" for number in range(8)]
        for file in tmp_path.iterdir():
            file.unlink()
