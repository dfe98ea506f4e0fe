"""A scanner that follows its state folder: what is learned or activated is used soon, what is broken never."""

import logging
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from filter import learn
from filter.live import PAUSE, RETRY, LiveScanner
from filter.scan import Scanner
from filter.store.errors import StateError
from filter.store.folder import State
from filter.store.journal import Author, Journal
from models.model import ModelError, load, save
from tests import mail

pytestmark = pytest.mark.slow

ANNA = Author("anna", "64795f868d9d")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state")


def teach(state: State, label: str, raw: bytes) -> None:
    with Journal.for_writing(state.journal) as journal, journal.transaction():
        journal.learn(learn.read(raw).entry(label), ANNA)


def install(state: State, bias: float) -> str:
    """A model whose scores differ by `bias` from those of the shipped one."""
    shipped = load()
    other = replace(shipped, bias=shipped.bias + bias, self_test=tuple(score + bias for score in shipped.self_test))
    save(other, state.model_folder(other.version), "")
    return other.version


def test_an_empty_folder_is_the_shipped_model(state: State) -> None:
    for raw in (mail.ham(1), mail.spam(1)):
        assert LiveScanner.load(state.folder).scan(raw) == Scanner.load().scan(raw)
    assert not state.folder.exists()


def test_what_was_learned_counts_from_the_start(state: State) -> None:
    teach(state, "spam", mail.ham(1))
    assert LiveScanner.load(state.folder).scan(mail.ham(1)).score > Scanner.load().scan(mail.ham(1)).score + 0.5


def test_what_is_learned_or_forgotten_while_it_runs_is_taken_up(state: State) -> None:
    clock = Clock()
    scanner = LiveScanner(state, None, clock)
    first = scanner.scan(mail.ham(1)).score
    teach(state, "spam", mail.ham(1))
    assert scanner.scan(mail.ham(1)).score == first  # it looks once a second at most
    clock.now += PAUSE
    assert scanner.scan(mail.ham(1)).score > first + 0.5
    with Journal.for_writing(state.journal) as journal, journal.transaction():
        journal.forget(learn.read(mail.ham(1)).digest, ANNA)
    clock.now += PAUSE
    assert scanner.scan(mail.ham(1)).score == first


def test_a_change_is_seen_while_a_writer_keeps_the_journal_open(state: State) -> None:
    clock = Clock()
    with Journal.for_writing(state.journal) as journal:
        scanner = LiveScanner(state, None, clock)
        first = scanner.scan(mail.ham(1)).score
        with journal.transaction():
            journal.learn(learn.read(mail.ham(1)).entry("spam"), ANNA)
        clock.now += PAUSE
        assert scanner.scan(mail.ham(1)).score > first + 0.5


def test_a_model_that_is_activated_is_taken_up_with_what_was_learned(state: State) -> None:
    clock = Clock()
    teach(state, "spam", mail.ham(1))
    scanner = LiveScanner(state, None, clock)
    before = scanner.scan(mail.ham(1)).score
    state.activate(install(state, -2.0), "anna")
    clock.now += PAUSE
    assert scanner.scan(mail.ham(1)).score == pytest.approx(before - 2.0, abs=1e-5)
    state.roll_back()
    clock.now += PAUSE
    assert scanner.scan(mail.ham(1)).score == before


def damage_journal(state: State) -> None:
    state.journal.write_bytes(b"not a database" * 400)


def name_a_model_that_is_gone(state: State) -> None:
    state.activate("0" * 12, "anna")


def name_a_model_that_fails_its_self_test(state: State) -> None:
    broken = replace(load(), self_test=(1.0, 2.0), bias=3.0)
    save(broken, state.model_folder(broken.version), "")
    state.activate(broken.version, "anna")


@pytest.mark.parametrize("harm", [damage_journal, name_a_model_that_is_gone, name_a_model_that_fails_its_self_test])
def test_what_is_broken_is_not_taken_and_said_once(
    state: State, caplog: pytest.LogCaptureFixture, harm: object
) -> None:
    clock = Clock()
    teach(state, "spam", mail.ham(1))
    scanner = LiveScanner(state, None, clock)
    before = scanner.scan(mail.ham(1)).score
    harm(state)  # type: ignore[operator]
    for _ in range(5):
        clock.now += RETRY
        assert scanner.scan(mail.ham(1)).score == before
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert errors[0].startswith("what was learned or activated is not taken, the old model stays: ")
    with pytest.raises((StateError, ModelError)):
        LiveScanner.load(state.folder)


def test_it_recovers_when_what_was_broken_is_repaired(state: State) -> None:
    clock = Clock()
    state.folder.mkdir()
    scanner = LiveScanner(state, None, clock)
    before = scanner.scan(mail.ham(1)).score
    version = install(state, -2.0)
    shutil.move(state.model_folder(version), state.folder / "elsewhere")
    state.activate(version, "anna")
    clock.now += PAUSE
    assert scanner.scan(mail.ham(1)).score == before
    shutil.move(state.folder / "elsewhere", state.model_folder(version))
    clock.now += RETRY
    assert scanner.scan(mail.ham(1)).score == pytest.approx(before - 2.0, abs=1e-5)


def test_loading_that_takes_too_long_is_tried_again(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    scanner = LiveScanner(state, None, clock)
    first = scanner.scan(mail.ham(1)).score
    teach(state, "spam", mail.ham(1))
    clock.now += PAUSE

    def slow(*_: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr(learn, "own_mail", slow)
        with pytest.raises(TimeoutError):
            scanner.scan(mail.ham(1))
    assert scanner.scan(mail.ham(1)).score == first
    clock.now += RETRY
    assert scanner.scan(mail.ham(1)).score > first + 0.5


def test_learning_does_not_make_the_rules_again(state: State) -> None:
    clock = Clock()
    scanner = LiveScanner(state, None, clock)
    rules = scanner._scanner.rules
    teach(state, "spam", mail.ham(1))
    clock.now += PAUSE
    scanner.scan(mail.ham(1))
    assert scanner._scanner.rules is rules
