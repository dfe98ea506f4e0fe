"""The journal: what is learned, forgotten and relabelled; and nothing lost or half done, whatever happens."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from filter.features import FEATURES_VERSION
from filter.store import blob, database
from filter.store import journal as module
from filter.store.errors import StateError
from filter.store.journal import FOLD_AT, Author, Entry, Journal, OtherLabelError, UnknownError
from tests.conftest import ROOT
from tests.unit.store.learned import ANNA, listing


def entry(number: int, kind: int = 3) -> Entry:
    slots = np.array([number % 50, 1000 + number % 7, 5], np.uint32)
    return Entry(number.to_bytes(32, "big"), kind, {"words": slots, "subject": slots[:1]})


def teach(journal: Journal, *entries: Entry) -> None:
    with journal.transaction():
        for one in entries:
            journal.learn(one, ANNA)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


def test_a_message_is_learned_once(path: Path) -> None:
    with Journal.for_writing(path) as journal:
        with journal.transaction():
            assert journal.learn(entry(1), ANNA)
            assert not journal.learn(entry(1), ANNA)
        assert journal.tally().messages == (0, 0, 0, 1)
        assert journal.tally().columns["words"].slots.tolist() == [1, 5, 1001]


def test_the_other_label_is_refused_and_relabel_changes_it(path: Path) -> None:
    with Journal.for_writing(path) as journal, journal.transaction():
        journal.learn(entry(1, kind=3), ANNA)
        with pytest.raises(OtherLabelError, match="spam"):
            journal.learn(entry(1, kind=1), ANNA)
        assert journal.relabel(entry(1, kind=1), ANNA)
        assert not journal.relabel(entry(1, kind=1), ANNA)
        assert journal.tally().messages == (0, 1, 0, 0)
        with pytest.raises(UnknownError):
            journal.relabel(entry(2), ANNA)


def test_what_is_forgotten_counts_no_more(path: Path) -> None:
    with Journal.for_writing(path) as journal, journal.transaction():
        journal.learn(entry(1), ANNA)
        before = listing(journal.tally())
        journal.learn(entry(2), ANNA)
        assert journal.forget(entry(2).digest, ANNA) == "spam"
        assert listing(journal.tally()) == before
        with pytest.raises(UnknownError):
            journal.forget(entry(2).digest, ANNA)


def test_who_said_what_and_when_is_kept(path: Path) -> None:
    with Journal.for_writing(path) as journal, journal.transaction():
        journal.learn(entry(1, kind=0), ANNA)
        journal.relabel(entry(1, kind=2), Author("tom", "abc123abc123"))
        journal.forget(entry(1).digest, ANNA)
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT who, action, label, model, at LIKE '20%+00:00' FROM event").fetchall()
        kept = connection.execute("SELECT count(*) FROM message").fetchone()
    connection.close()
    assert rows == [
        ("anna", "learn", "ham", "64795f868d9d", 1),
        ("tom", "relabel", "spam", "abc123abc123", 1),
        ("anna", "forget", "spam", "64795f868d9d", 1),
    ]
    assert kept == (0,)


def test_counts_kept_up_to_date_equal_counting_everything_again(path: Path) -> None:
    chance = random.Random(5)
    with Journal.for_writing(path) as journal:
        for first in range(0, 3 * FOLD_AT, 100):
            with journal.transaction():
                for number in range(first, first + 100):
                    journal.learn(entry(number, chance.randrange(4)), ANNA)
                    if chance.random() < 0.3:
                        journal.forget(entry(number).digest, ANNA)
        found = listing(journal.tally())
        assert found == listing(journal.replay())
    reader = Journal.for_reading(path)
    assert reader is not None
    with reader:
        assert listing(reader.tally()) == found


def test_a_transaction_that_fails_changes_nothing(path: Path) -> None:
    with Journal.for_writing(path) as journal:
        with pytest.raises(OtherLabelError):
            teach(journal, entry(1, kind=3), entry(1, kind=0))
        assert journal.tally().messages == (0, 0, 0, 0)
        assert journal.revision() == 0


def test_counts_asked_again_read_only_what_came_since(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal.for_writing(path) as journal:
        teach(journal, entry(1), entry(2))
        assert journal.tally().messages == (0, 0, 0, 2)
        monkeypatch.setattr(blob, "to_tally", lambda _: pytest.fail("the sum is read again"))
        teach(journal, entry(3, kind=0))
        with journal.transaction():
            journal.forget(entry(1).digest, ANNA)
        assert journal.tally().messages == (1, 0, 0, 1)
        assert listing(journal.tally()) == listing(journal.replay())


@pytest.mark.parametrize("others", [1, 2, 3, 4, 5])
def test_counts_asked_again_after_another_process_wrote_the_sum(
    path: Path, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    monkeypatch.setattr(module, "FOLD_AT", 3)
    with Journal.for_writing(path) as journal, Journal.for_writing(path) as other:
        teach(journal, entry(1), entry(2))
        journal.tally()
        for number in range(others):
            teach(other, entry(10 + number, kind=0))
        assert listing(journal.tally()) == listing(journal.replay())
        assert sum(journal.tally().messages) == 2 + others


def count_and_break_off(journal: Journal) -> None:
    with journal.transaction():
        journal.learn(entry(1), ANNA)
        assert journal.tally().messages == (0, 0, 0, 1)
        journal.learn(entry(1, kind=0), ANNA)


def test_what_was_broken_off_is_not_remembered(path: Path) -> None:
    with Journal.for_writing(path) as journal:
        with pytest.raises(OtherLabelError):
            count_and_break_off(journal)
        teach(journal, entry(2, kind=0))
        assert journal.tally().messages == (1, 0, 0, 0)


def test_messages_of_another_extractor_do_not_count_until_learned_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Journal.for_writing(path) as journal:
        with journal.transaction():
            journal.learn(entry(1), ANNA)
        monkeypatch.setattr(module, "FEATURES_VERSION", FEATURES_VERSION + 1)
        with journal.transaction():
            journal.learn(entry(2), ANNA)
            journal.forget(entry(1).digest, ANNA)
            journal.learn(entry(1), ANNA)
            journal.forget(entry(1).digest, ANNA)
        assert journal.tally().messages == (0, 0, 0, 1)
        assert listing(journal.tally()) == listing(journal.replay())
        assert journal.unread() == 0
        monkeypatch.setattr(module, "FEATURES_VERSION", FEATURES_VERSION + 2)
        assert journal.tally().messages == (0, 0, 0, 0)
        assert journal.unread() == 1


def test_there_is_no_journal_before_something_is_learned(path: Path) -> None:
    assert Journal.for_reading(path) is None
    assert not path.parent.exists()


def test_readers_do_not_wait_for_the_writer_and_see_whole_states(path: Path) -> None:
    with Journal.for_writing(path) as writer:
        with writer.transaction():
            writer.learn(entry(1), ANNA)
        reader = Journal.for_reading(path)
        assert reader is not None
        with reader:
            revision = reader.revision()
            with writer.transaction():
                writer.learn(entry(2), ANNA)
                assert reader.tally().messages == (0, 0, 0, 1)
            assert reader.tally().messages == (0, 0, 0, 2)
            assert reader.revision() > revision


def test_a_second_writer_that_waited_in_vain_says_so(path: Path) -> None:
    with Journal.for_writing(path) as first, Journal.for_writing(path, patience=0.05) as second:
        first._connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError, match="another process is writing and does not end"):
            teach(second, entry(1))


def test_a_full_disk_is_said_and_nothing_changes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal.for_writing(path) as journal, journal.transaction():
        journal.learn(entry(1), ANNA)

    def nearly_full(path: Path, mode: str, patience: float) -> sqlite3.Connection:
        connection = original(path, mode, patience)
        connection.execute("PRAGMA max_page_count = 1")  # SQLite then takes the disk for full
        return connection

    original = database.connect
    monkeypatch.setattr(module, "connect", nearly_full)
    with Journal.for_writing(path) as journal:
        with pytest.raises(StateError, match=r"journal\.sqlite: the disk is full: this was not learned"):
            teach(journal, *map(entry, range(2, 500)))
        assert journal.tally().messages == (0, 0, 0, 1)


def test_a_journal_that_may_not_be_written_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal.for_writing(path):
        original = database.connect
    monkeypatch.setattr(module, "connect", lambda path, mode, patience: original(path, "ro", patience))
    with Journal.for_writing(path) as journal, pytest.raises(StateError, match="may not be written by this user"):
        teach(journal, entry(1))


def test_counts_that_were_damaged_are_said(path: Path) -> None:
    with Journal.for_writing(path) as journal:
        journal._connection.execute("UPDATE tally SET counts = X'00'")
        with pytest.raises(StateError, match=r"journal\.sqlite: damaged journal \(.*\): restore it from a backup"):
            journal.tally()


LEARNER = """
import sys
from pathlib import Path
from tests.unit.store.test_journal import ANNA, entry
from filter.store.journal import Journal
first = int(sys.argv[2])
with Journal.for_writing(Path(sys.argv[1])) as journal:
    for number in range(first, first + 100_000):
        with journal.transaction():
            journal.learn(entry(number), ANNA)
            if number % 3 == 0:
                journal.forget(entry(number).digest, ANNA)
        print(number, flush=True)
"""


@pytest.mark.slow
def test_a_writer_killed_at_any_point_loses_nothing_that_it_answered(path: Path) -> None:
    chance = random.Random(11)
    for attempt in range(12):
        first = attempt * 1_000_000
        child = subprocess.Popen(
            [sys.executable, "-c", LEARNER, str(path), str(first)],
            stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert child.stdout is not None
        answered = [child.stdout.readline() for _ in range(chance.randrange(120))]
        time.sleep(chance.random() / 500)  # somewhere inside of what comes next
        child.send_signal(signal.SIGKILL)
        answered += child.stdout.readlines()
        child.wait()
        child.stdout.close()
        if not path.exists():
            continue
        with Journal.for_writing(path) as journal:
            assert journal._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert listing(journal.tally()) == listing(journal.replay())
            for line in answered:
                number = int(line)
                assert (journal._find(entry(number).digest) is None) == (number % 3 == 0)
    assert path.exists()
