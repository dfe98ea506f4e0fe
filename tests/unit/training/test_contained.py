"""A site that trains on mail which it has also taught message by message."""

import json
import sqlite3
from pathlib import Path

import pytest

from filter.digest import digest
from tests import mail
from tests.commands import hamgate, run
from training import contained, dataset
from training.contained import Known


def test_a_row_holds_what_training_needs_and_the_name_in_the_journal() -> None:
    (row,), (plain,) = (one.extract_batch([mail.spam(1)], ("words",)) for one in (contained, dataset))
    assert isinstance(row, Known)
    assert row.name == digest(mail.spam(1))
    assert (row.digest, row.html, row.slots.tolist()) == (plain.digest, plain.html, plain.slots.tolist())


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    return mail.write_folders(tmp_path / "mail", 30)


def train(folders: tuple[Path, Path], out: Path, *options: object) -> str:
    return hamgate("train", "--ham", folders[0], "--spam", folders[1], "--out", out, "--jobs", 1, *options)


def score(raw: bytes, *options: object) -> float:
    found: float = json.loads(hamgate("score", "--format", "json", *options, "-", stdin=raw))["score"]
    return found


@pytest.mark.slow
def test_what_was_learned_and_trained_on_counts_once(folders: tuple[Path, Path], tmp_path: Path) -> None:
    state, out, new = tmp_path / "state", tmp_path / "model", mail.spam(77)
    hamgate("learn", "-q", "spam", "--state", state, folders[1])
    hamgate("relabel", "-q", "ham", "--state", state, folders[1] / "0000.eml")
    said = train(folders, out, "--state", state)
    assert "29 messages of the journal were in this mail: they do not count again on top of this model" in said
    assert "1 have the other label in the journal" in said
    hamgate("forget", "-q", "--state", state, folders[1] / "0000.eml")
    hamgate("model", "activate", out, "--even-if-worse", "--state", state)
    assert score(new, "--state", state) == score(new, "--model", out)
    lines = hamgate("learn", "ham", "--state", state, stdin=mail.ham(77)).splitlines()
    assert lines[1:3] == [
        "learned here: 1 ham (0 HTML), 0 spam (0 HTML)",
        "29 more were in the mail that the model was trained on, and do not count twice",
    ]
    assert score(new, "--state", state) != score(new, "--model", out)
    hamgate("forget", "-q", "--state", state, stdin=mail.ham(77))
    hamgate("forget", "-q", "--state", state, *sorted(folders[1].iterdir())[1:])
    assert score(new, "--state", state) == score(new, "--model", out)


@pytest.mark.slow
def test_a_state_without_a_journal_changes_nothing(folders: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    assert "of the journal" not in train(folders, tmp_path / "model", "--state", tmp_path / "state")
    assert list((tmp_path / "state").iterdir()) == []


def test_a_damaged_journal_is_said_before_any_work(folders: tuple[Path, Path], tmp_path: Path) -> None:
    state = tmp_path / "state"
    hamgate("learn", "-q", "spam", "--state", state, stdin=mail.spam(1))
    with sqlite3.connect(state / "journal.sqlite") as connection:
        connection.execute("PRAGMA application_id = 7")
    connection.close()
    done = run("train", "--ham", folders[0], "--spam", folders[1], "--out", tmp_path / "model", "--state", state)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == f"Error: {state}/journal.sqlite: not a journal of hamgate\n"
