import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from filter.record import Record
from filter.store import history_writer
from filter.store.errors import StateError
from filter.store.history import History
from filter.store.history_writer import HistoryWriter
from tests.conftest import ROOT
from tests.records import NOON, kept, made

_DAYS = 30.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history"


@pytest.fixture
def start(path: Path) -> Iterator[Callable[..., HistoryWriter]]:
    """Starts writers, and closes them in the end."""
    started: list[HistoryWriter] = []

    def one(rows: int = 100_000, days: float = _DAYS) -> HistoryWriter:
        started.append(HistoryWriter(path, days, rows, clock=lambda: NOON))
        return started[-1]

    yield one
    for writer in started:
        writer.close()


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Writers write nothing until this is set."""
    go = threading.Event()
    write = HistoryWriter._write
    monkeypatch.setattr(HistoryWriter, "_write", lambda self, batch: (go.wait(30), write(self, batch)))
    return go


def refs(path: Path) -> list[str]:
    return [one.ref for one in kept(path)][::-1]


def test_each_record_is_a_row(path: Path, start: Callable[..., HistoryWriter]) -> None:
    writer = start()
    for number in range(1200):
        writer(made(ref=f"{number:08X}"))
    writer.close()
    assert refs(path) == [f"{number:08X}" for number in range(1200)]
    assert writer.dropped == 0


def test_rows_are_written_though_nothing_follows_them(
    path: Path, start: Callable[..., HistoryWriter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_writer, "LINGER", 0.05)
    written = threading.Event()
    write = HistoryWriter._write

    def noted(writer: HistoryWriter, batch: list[Record]) -> None:
        write(writer, batch)
        written.set()

    monkeypatch.setattr(HistoryWriter, "_write", noted)
    start()(made())
    assert written.wait(30)
    assert refs(path) == ["4F0C9E21"]


def test_what_is_too_much_or_too_old_goes(path: Path, start: Callable[..., HistoryWriter]) -> None:
    writer = start(rows=3)
    for age in (40, 31, 29, 2, 1):
        writer(made(ref=f"{age:08}", time=NOON - age * 86_400))
    writer.close()
    assert refs(path) == ["00000029", "00000002", "00000001"]


def test_more_than_can_wait_is_dropped_and_nobody_waits(
    start: Callable[..., HistoryWriter], stopped: threading.Event, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(history_writer, "WAITING", 10)
    writer = start()
    begin = time.monotonic()
    for _ in range(10 + history_writer.BATCH + 100):
        writer(made())
    assert time.monotonic() - begin < 1.0
    assert writer.dropped >= 1
    assert caplog.text.count("rows were not written") == 1  # and not once for each row
    stopped.set()


@pytest.mark.parametrize(
    ("error", "text"),
    [(StateError("the disk is full"), "the disk is full"), (MemoryError(), "MemoryError")],
)
def test_rows_that_cannot_be_written_are_dropped_and_the_next_ones_are_not(
    path: Path, start: Callable[..., HistoryWriter], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    error: Exception, text: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(history_writer, "LINGER", 0.05)
    add, failed = History.add, threading.Event()

    def full(*_: object) -> None:
        failed.set()
        monkeypatch.setattr(History, "add", add)
        raise error

    monkeypatch.setattr(History, "add", full)
    writer = start()
    writer(made(ref="00000001"))
    assert failed.wait(30)
    writer(made(ref="00000002"))
    writer.close()
    assert refs(path) == ["00000002"]
    assert writer.dropped == 1
    assert f"1 rows were not written since the start: {text}" in caplog.text


def test_a_really_full_disk_costs_rows_and_nothing_else(path: Path, start: Callable[..., HistoryWriter]) -> None:
    start().close()
    with closing(sqlite3.connect(path)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    writer = start()
    real = writer._open()
    real._connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite says SQLITE_FULL, as for a full disk
    for _ in range(200):
        writer(made())
    writer.close()
    assert writer.dropped == 200
    assert refs(path) == []


def test_a_file_that_is_no_history_stops_the_start(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE precious (x)")
    with pytest.raises(StateError, match="not a history of hamgate"):
        HistoryWriter(path, _DAYS, 1000)


def test_a_place_that_cannot_be_written_does_not_keep_the_mail_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    with caplog.at_level(logging.WARNING):
        writer = HistoryWriter(tmp_path / "file" / "history", _DAYS, 1000)
    assert "cannot be used" in caplog.text
    with caplog.at_level(logging.WARNING):
        HistoryWriter(tmp_path / "file" / "history", _DAYS, 1000).close()
    assert "0 rows" not in caplog.text  # nothing came, nothing was lost
    writer(made())
    writer.close()
    assert writer.dropped == 1


def test_a_name_that_cannot_even_be_looked_up_does_not_keep_the_mail_out(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # As one in a folder of another user; this test may run as root, who may look everywhere.
    path.parent.mkdir()
    HistoryWriter(path.with_name("x" * 300), _DAYS, 10).close()
    assert "cannot be used: File name too long" in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize("whole", [True, False], ids=["with what SQLite keeps beside it", "the file alone"])
def test_a_history_that_was_removed_is_begun_again(
    path: Path, start: Callable[..., HistoryWriter], whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_writer, "LINGER", 0.05)
    written = threading.Semaphore(0)
    write = HistoryWriter._write

    def noted(writer: HistoryWriter, batch: list[Record]) -> None:
        write(writer, batch)
        written.release()

    monkeypatch.setattr(HistoryWriter, "_write", noted)
    both = [start(), start()]
    for number, writer in enumerate(both):
        writer(made(ref=f"0000000{number}"))
        assert written.acquire(timeout=30)
    for file in path.parent.iterdir():
        if whole or file == path:
            file.unlink()
    for number, writer in enumerate(both):
        writer(made(ref=f"1111111{number}"))
        assert written.acquire(timeout=30)
    for writer in both:
        writer.close()
    assert refs(path) == ["11111110", "11111111"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


_WRITER = """
import sys, time
from pathlib import Path
from filter.store.history_writer import HistoryWriter
from tests.records import NOON, made
writer = HistoryWriter(Path(sys.argv[1]), 30.0, 100_000, clock=lambda: NOON)
for number in range(int(sys.argv[3])):
    writer(made(ref=sys.argv[2] + f"{number:07X}"))
print("given", flush=True)
sys.stdin.read()
writer.close(60.0)
print(writer.dropped, flush=True)
"""


def process(path: Path, letter: str, count: int) -> "subprocess.Popen[str]":
    """A server process that writes `count` rows into the history."""
    command = [sys.executable, "-c", _WRITER, str(path), letter, str(count)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


@pytest.mark.slow
def test_two_processes_write_one_history(path: Path) -> None:
    with process(path, "A", 3000) as first, process(path, "B", 3000) as second:
        assert first.communicate("", timeout=120)[0].split() == ["given", "0"]
        assert second.communicate("", timeout=120)[0].split() == ["given", "0"]
    found = refs(path)
    for letter in "AB":
        assert [ref for ref in found if ref[0] == letter] == [f"{letter}{number:07X}" for number in range(3000)]


def test_a_killed_process_loses_the_last_second_at_most(path: Path) -> None:
    with process(path, "A", 600) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "given\n"
        end = time.monotonic() + 60
        while len(refs(path) if path.exists() else []) < 500 and time.monotonic() < end:
            time.sleep(0.02)  # its first batch of 500 is written at once; nothing tells us when
        killed.send_signal(signal.SIGKILL)
        killed.wait(30)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert refs(path)[:500] == [f"A{number:07X}" for number in range(500)]
    successor = HistoryWriter(path, _DAYS, 100_000, clock=lambda: NOON)
    successor(made())
    successor.close()
    assert refs(path)[-1] == "4F0C9E21"
