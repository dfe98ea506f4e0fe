"""`hamgate learn`, `forget` and `relabel` as people, mail servers and cron jobs call them."""

import json
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from filter.classifier import Classifier
from filter.cli.learn import learn
from filter.tally import Tally
from models import model
from models.model import Model
from tests import mail
from tests.commands import hamgate, run

pytestmark = pytest.mark.slow


SHIPPED = model.load().version


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.eml"
    path.write_bytes(mail.ham(1))
    return path


def score(state: Path, raw: bytes) -> float:
    found: float = json.loads(hamgate("score", "--format", "json", "--state", state, "-", stdin=raw))["score"]
    return found


def test_learn_says_what_it_did_and_what_is_missing(state: Path, letter: Path) -> None:
    lines = hamgate("learn", "spam", "--state", state, letter).splitlines()
    assert lines[0].startswith(f"{letter}: learned as spam; -")
    before, after = (float(word) for word in lines[0].split("; ")[1].split(" points")[0].split(" -> "))
    assert after > before + 0.5
    assert lines[1:] == [
        "learned here: 0 ham (0 HTML), 1 spam (0 HTML)",
        "missing: no ham yet",
        "missing: 49 more messages to 50, from which learning shows",
    ]


def test_standard_input_is_the_default_and_a_duplicate_is_no_error(state: Path) -> None:
    assert "standard input: learned as ham" in hamgate("learn", "ham", "--state", state, stdin=mail.ham(1))
    again = mail.ham(1).replace(b"\n", b"\r\n")
    assert "standard input: known as ham already" in hamgate("learn", "ham", "--state", state, "-", stdin=again)


def test_quiet_is_for_pipes(state: Path) -> None:
    for _ in range(2):
        done = run("learn", "-q", "spam", "--state", state, stdin=mail.spam(1))
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_folder_is_learned_in_one_go(state: Path, tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path / "mail", 120)
    first = hamgate("learn", "ham", "--state", state, ham).splitlines()
    assert first[0] == "120 learned as ham"
    assert first[1].startswith("mean of the first 20: -")
    (spam / "0200.eml").write_bytes(mail.spam(3))
    second = hamgate("learn", "spam", "--state", state, spam).splitlines()
    assert second[0] == "120 learned as spam; 1 known as spam already"
    assert second[2] == "learned here: 120 ham (24 HTML), 120 spam (80 HTML)"
    assert [line.split(":")[0] for line in second[3:]] == ["enough own mail to fit the model to it"]  # nothing missing


def test_the_other_label_is_refused_with_the_command_that_changes_it(state: Path, letter: Path) -> None:
    hamgate("learn", "-q", "spam", "--state", state, letter)
    learned = score(state, mail.ham(1))
    done = run("learn", "-q", "ham", "--state", state, letter)
    assert done.returncode == 1
    assert done.stderr.decode() == f"hamgate: {letter}: was learned as spam; to change that: hamgate relabel ham\n"
    assert score(state, mail.ham(1)) == learned
    assert f"{letter}: relabelled as ham; " in hamgate("relabel", "ham", "--state", state, letter)
    assert f"{letter}: known as ham already; " in hamgate("relabel", "ham", "--state", state, letter)
    assert score(state, mail.ham(1)) < learned


def test_forget_undoes_it_exactly(state: Path, letter: Path) -> None:
    hamgate("learn", "-q", "spam", "--state", state, letter)
    assert score(state, mail.ham(1)) != score_without_state(mail.ham(1))
    assert f"{letter}: forgotten, it was spam; " in hamgate("forget", "--state", state, letter)
    assert score(state, mail.ham(1)) == score_without_state(mail.ham(1))


def score_without_state(raw: bytes) -> float:
    found: float = json.loads(hamgate("score", "--format", "json", "-", stdin=raw))["score"]
    return found


@pytest.mark.parametrize("words", [("forget",), ("relabel", "ham")])
def test_what_was_never_learned_is_said(words: tuple[str, ...], state: Path, letter: Path) -> None:
    done = run(*words, "-q", "--state", state, letter)
    assert done.returncode == 1
    assert done.stderr.decode() == f"hamgate: {letter}: was never learned; to learn it: hamgate learn ham|spam\n"


def test_what_cannot_be_read_is_named_and_the_rest_is_learned(state: Path, letter: Path, tmp_path: Path) -> None:
    done = run("learn", "-q", "ham", "--state", state, tmp_path / "gone.eml", letter)
    assert (done.returncode, done.stderr.decode()) == (1, f"hamgate: {tmp_path}/gone.eml: No such file or directory\n")
    assert "known as ham already" in hamgate("learn", "ham", "--state", state, letter)


def test_an_empty_folder_is_said(state: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("learn", "ham", "--state", state, tmp_path / "empty")
    assert (done.returncode, done.stderr.decode()) == (1, f"hamgate: {tmp_path}/empty: no message in it\n")


def test_who_said_so_is_kept_on_one_line(state: Path, letter: Path) -> None:
    hamgate("learn", "-q", "ham", "--state", state, "--who", "anna\t\x1b[2J", letter)
    with sqlite3.connect(state / "journal.sqlite") as connection:
        assert connection.execute("SELECT who FROM event").fetchall() == [("anna??[2J",)]
    connection.close()


def test_no_word_of_the_message_is_in_the_state(state: Path) -> None:
    hamgate("learn", "-q", "spam", "--state", state, stdin=b"Subject: wonderful xylophones\n\nunmistakable sentence\n")
    for path in state.iterdir():
        assert not any(word in path.read_bytes() for word in (b"xylophones", b"unmistakable", b"wonderful"))


@pytest.mark.parametrize("words", [("learn", "spam"), ("forget",), ("relabel", "spam")])
def test_a_damaged_journal_is_temporary_for_a_mail_server(words: tuple[str, ...], state: Path) -> None:
    state.mkdir()
    (state / "journal.sqlite").write_bytes(b"not a database" * 400)
    done = run(*words, "--state", state, stdin=mail.spam(1))
    assert done.returncode == 75
    assert done.stderr.startswith(f"Error: {state}/journal.sqlite: damaged journal: restore it".encode())
    assert done.stderr.count(b"\n") == 1
    assert (state / "journal.sqlite").read_bytes() == b"not a database" * 400


def test_a_state_that_cannot_be_a_folder_is_temporary(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("learn", "spam", "--state", tmp_path / "file", stdin=mail.spam(1))
    assert (done.returncode, done.stderr.count(b"\n")) == (75, 1)


def test_state_and_model_exclude_each_other(state: Path, tmp_path: Path) -> None:
    state.mkdir()
    for words in (("score", "-"), ("serve",)):
        done = run(*words, "--state", state, "--model", tmp_path, stdin=mail.ham(1))
        assert done.returncode == 64
        assert b"--model and --state name two models" in done.stderr


@pytest.mark.slow
@pytest.mark.alone
def test_learning_one_message_takes_less_than_0_3_seconds_of_cpu(state: Path) -> None:
    hamgate("learn", "-q", "ham", "--state", state, stdin=mail.ham(1))
    times = []
    for seed in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        hamgate("learn", "spam", "--state", state, stdin=mail.spam(seed))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(times) < 0.3


def forwarded(*messages: bytes) -> bytes:
    """A letter that carries `messages` as attachments."""
    parts = b"".join(b"--b\nContent-Type: message/rfc822\n\n" + raw + b"\n" for raw in messages)
    note = b"--b\nContent-Type: text/plain\n\nis this spam?\n"
    return b"Subject: Fwd\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" + note + parts + b"--b--\n"


def test_attached_learns_what_a_forward_carries_as_if_it_had_been_given_itself(state: Path) -> None:
    said = hamgate("learn", "--attached", "spam", "--state", state, stdin=forwarded(mail.spam(1)))
    assert said.startswith("standard input, attached message 1: learned as spam; ")
    assert "known as spam already" in hamgate("learn", "spam", "--state", state, stdin=mail.spam(1))
    assert hamgate("forget", "--attached", "--state", state, stdin=forwarded(mail.spam(1))).count("it was spam") == 1


def test_attached_learns_each_of_several(state: Path) -> None:
    raw = forwarded(mail.spam(1), mail.spam(2))
    assert hamgate("learn", "--attached", "spam", "--state", state, stdin=raw).startswith("2 learned as spam\n")
    assert hamgate("relabel", "--attached", "ham", "--state", state, stdin=raw).startswith("2 relabelled as ham\n")


def test_attached_learns_nothing_of_a_message_that_carries_none(state: Path) -> None:
    done = run("learn", "-q", "--attached", "spam", "--state", state, stdin=mail.spam(1))
    why = "no message is attached to it: forward as an attachment, not in the text"
    assert (done.returncode, done.stderr.decode()) == (1, f"hamgate: standard input: {why}\n")
    assert "was never learned" in run("forget", "--state", state, stdin=mail.spam(1)).stderr.decode()


def test_without_attached_the_carrier_itself_is_learned(state: Path) -> None:
    hamgate("learn", "-q", "spam", "--state", state, stdin=forwarded(mail.spam(1)))
    assert "was never learned" in run("forget", "--state", state, stdin=mail.spam(1)).stderr.decode()


def test_relabel_takes_the_newest_word_of_a_person_whatever_was_said_before(state: Path) -> None:
    said = [
        hamgate("learn", "--relabel", label, "--state", state, stdin=mail.ham(1)).split("; ")[0].split(": ")[1]
        for label in ("spam", "ham", "ham")
    ]
    assert said == ["learned as spam", "relabelled as ham", "known as ham already"]


@pytest.mark.slow
def test_learn_says_when_there_is_enough_to_fit_the_model_to(state: Path, tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path / "mail", 100)
    assert "hamgate model refit" not in hamgate("learn", "ham", "--state", state, ham)
    said = hamgate("learn", "spam", "--state", state, spam)
    assert "enough own mail to fit the model to it: hamgate model refit, which" in said


PROGRAM = """\
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from filter.cli.main import main
main()
"""
"""Runs `hamgate` and says at the end which modules it has loaded."""


def test_learning_loads_no_more_than_it_needs(state: Path, letter: Path) -> None:
    """It is started for each message that somebody moves, so what it loads is most of what it costs."""
    command = [sys.executable, "-c", PROGRAM, "learn", "spam", "--state", str(state), str(letter)]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stderr.split()
    assert {"filter.learn", "filter.store.journal", "numpy"} <= set(loaded)
    assert {
        "filter.rules",
        "filter.scan",
        "filter.config",
        "training",
        "pydantic",
        "asyncio",
        "email",
        "ssl",
    }.isdisjoint(loaded)
    assert len([name for name in loaded if name.startswith(("filter", "models"))]) <= 45


def test_learning_makes_a_classifier_to_check_the_model_one_before_and_one_after(
    state: Path, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes 15 ms; the checksum that is the model's version takes 3, and is worked out once."""
    made: list[str] = []
    hashed: list[Model] = []
    fill, checksum = Classifier._fill, model._checksum_of_weights

    def filled(classifier: Classifier, loaded: Model, own: Tally) -> None:
        made.append(loaded.version)
        fill(classifier, loaded, own)

    def noted(one: Model) -> str:
        hashed.append(one)
        return checksum(one)

    monkeypatch.setattr(Classifier, "_fill", filled)
    monkeypatch.setattr(model, "_checksum_of_weights", noted)
    done = CliRunner().invoke(learn, ["spam", "--state", str(state), str(letter)])
    assert done.exit_code == 0
    assert made == [SHIPPED] * 3
    assert len(hashed) == 1


@pytest.mark.alone
@pytest.mark.slow
def test_learning_one_more_message_takes_at_most_300_ms(state: Path, tmp_path: Path) -> None:
    """Whole, from cold, with 6,000 messages in the journal: the least of five, because other work makes it longer."""
    for label, folder in zip(("ham", "spam"), mail.write_folders(tmp_path / "mail", 3000), strict=True):
        hamgate("learn", "-q", label, "--state", state, folder)
    costs = []
    for number in range(9000, 9005):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        hamgate("learn", "ham", "--state", state, stdin=mail.ham(number))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(costs) <= 0.30
