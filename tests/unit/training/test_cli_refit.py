"""`hamgate model refit` as an operator calls it, months after the first `hamgate learn`."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from filter.store.folder import State
from models.model import DEFAULT, Model, load, save
from tests import mail
from tests.commands import hamgate, run

pytestmark = pytest.mark.slow

SHIPPED = load().version
MADE = 110


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    return mail.write_folders(tmp_path / "mail", MADE)


@pytest.fixture
def state(tmp_path: Path, folders: tuple[Path, Path]) -> Path:
    """A state folder in which `MADE` messages of each class were learned."""
    state = tmp_path / "state"
    for label, folder in zip(("ham", "spam"), folders, strict=True):
        hamgate("learn", "-q", label, "--state", state, folder)
    return state


def refit(state: Path, *options: object) -> Model:
    """The model that a refit puts into `state`."""
    version = hamgate("model", "refit", "--state", state, *options).split()[1]
    return load(State(state).model_folder(version))


def refused(state: Path, *options: object) -> str:
    """The one line that is said instead."""
    done = run("model", "refit", "--state", state, *options)
    assert (done.returncode, done.stdout) == (1, b"")
    *_, line = done.stderr.decode().splitlines()
    return line.removeprefix("Error: ")


def score(raw: bytes, *options: object) -> str:
    return hamgate("score", "--format", "tsv", *options, "-", stdin=raw).split("\t")[1]


def test_the_new_version_is_there_and_says_what_it_reaches_but_is_not_activated(state: Path) -> None:
    said = hamgate("model", "refit", "--state", state, "--who", "anna").splitlines()
    version = said[0].split()[1]
    assert said[0] == f"Model {version} from {MADE} ham and {MADE} spam of your own, on top of model {SHIPPED}"
    assert said[1] == (f"On {MADE} ham and {MADE} spam that neither had learned; in brackets the model in use:")
    assert said[2].startswith("  ham called spam at 5 points  ")
    assert said[2].endswith(" %)")
    assert said[-1] == f"Use it:  hamgate model activate {version}"
    shipped, new = hamgate("model", "list", "--state", state).splitlines()
    assert shipped.startswith("* shipped ")
    assert new.startswith(f"  {version}  parent shipped ")
    made = load(State(state).model_folder(version))
    assert sum(made.messages) == sum(load(DEFAULT).messages) + 2 * MADE
    assert made.corpora[:2] == load(DEFAULT).corpora
    assert made.metrics["refit"]["base"] == SHIPPED


def test_what_it_was_fitted_to_counts_once(state: Path) -> None:
    new, made = mail.spam(777), refit(state)
    hamgate("model", "activate", made.version, "--even-if-worse", "--state", state)
    folder = State(state).model_folder(made.version)
    assert score(new, "--state", state) == score(new, "--model", folder)
    lines = hamgate("learn", "ham", "--state", state, stdin=mail.ham(777)).splitlines()
    assert lines[1].startswith("learned here: 1 ham (")
    assert f"{2 * MADE} more were in the mail that the model was trained on, and do not count twice" in lines
    assert score(new, "--state", state) != score(new, "--model", folder)


def test_activating_compares_both_on_own_mail_that_neither_had_learned(state: Path) -> None:
    made = refit(state)
    before, after = made.metrics["refit"]["before"], made.metrics["refit"]["after"]
    assert after == made.metrics["held_out"]
    worse = [key for key in ("roca", "missed_at_fp", "fp_tag") if after[key] > before[key]]
    done = run("model", "activate", made.version, "--state", state)
    assert done.returncode == (1 if worse else 0)
    assert b"not measured on the same mail" not in done.stderr


def test_what_was_forgotten_is_gone_from_the_next_refit(
    state: Path, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    """Whether the first refit is in use or not: the second one begins at the same base."""
    first = refit(state)
    hamgate("model", "activate", first.version, "--even-if-worse", "--state", state)
    gone = sorted(folders[0].iterdir())[0]
    hamgate("forget", "-q", "--state", state, gone)
    second = refit(state)
    gone.unlink()
    other = tmp_path / "other"
    for label, folder in zip(("ham", "spam"), folders, strict=True):
        hamgate("learn", "-q", label, "--state", other, folder)
    assert second.version == refit(other).version != first.version
    assert second.metrics["refit"] == {"base": SHIPPED}  # the one in use knows all of this mail: no fair comparison
    assert refit(state).version == second.version


def test_a_later_refit_is_compared_on_what_was_learned_since(state: Path, tmp_path: Path) -> None:
    first = refit(state)
    hamgate("model", "activate", first.version, "--even-if-worse", "--state", state)
    for label, folder in zip(("ham", "spam"), mail.write_folders(tmp_path / "more", MADE + 60), strict=True):
        hamgate("learn", "-q", label, "--state", state, folder)
    said = hamgate("model", "refit", "--state", state).splitlines()
    assert said[0].split(" from ")[1].startswith(f"{MADE + 60} ham and {MADE + 60} spam of your own, on top of model")
    assert said[1] == "On own mail that it had not learned (5 folds):"
    assert said[8] == "On 60 ham and 60 spam that neither had learned; in brackets the model in use:"
    noted = load(State(state).model_folder(said[0].split()[1])).metrics["refit"]
    assert (noted["base"], noted["version"]) == (SHIPPED, first.version)
    assert noted["after"]["ham"] == noted["before"]["spam"] == 60


def test_too_little_own_mail_is_refused_with_what_is_missing(state: Path, folders: tuple[Path, Path]) -> None:
    hamgate("forget", "-q", "--state", state, *sorted(folders[0].iterdir())[:50])
    assert refused(state) == (
        "too little own mail: learn 40 more ham; 100 of each class are needed that the base model was not trained on"
    )
    assert not (state / "models").exists()


def test_an_empty_state_is_told_what_to_learn(tmp_path: Path) -> None:
    assert refused(tmp_path / "none").startswith("too little own mail: learn 100 more ham and 100 more spam;")
    assert not (tmp_path / "none").exists()


def test_mail_that_the_base_was_trained_on_is_not_learned_from_twice(
    state: Path, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    base = tmp_path / "base"
    hamgate(
        "train", "--ham", folders[0], "--spam", folders[1], "--out", base, "--state", state, "--recipe", "starter",
        "--jobs", 1,
    )  # fmt: skip
    assert refused(state, "--base", base).startswith("too little own mail: learn 100 more ham and 100 more spam;")
    more = mail.write_folders(tmp_path / "more", 2 * MADE)
    for label, folder in zip(("ham", "spam"), more, strict=True):
        hamgate("learn", "-q", label, "--state", state, folder)
    made = refit(state, "--base", base)
    assert sum(made.messages) == 4 * MADE
    hamgate("model", "activate", made.version, "--even-if-worse", "--state", state)
    assert score(mail.ham(5), "--state", state) == score(
        mail.ham(5), "--model", State(state).model_folder(made.version)
    )


def test_points_that_rules_were_given_beside_the_base_are_not_taken_over(state: Path, tmp_path: Path) -> None:
    weighed = replace(load(DEFAULT), rules={"SUBJ_SHOUTING": 1.25})
    save(weighed, tmp_path / "weighed", "")
    said = hamgate("model", "refit", "--state", state, "--base", tmp_path / "weighed").splitlines()
    assert said[-2] == (
        f"note: rules count as they ship, not as weighed for {weighed.version}: hamgate rules fit needs mail"
    )
    assert load(State(state).model_folder(said[0].split()[1])).rules == {}


@pytest.mark.parametrize("damage", ["PRAGMA application_id = 7", "UPDATE message SET slots = x'00'"])
def test_a_damaged_journal_is_one_line_and_no_model(state: Path, damage: str) -> None:
    with sqlite3.connect(state / "journal.sqlite") as connection:
        connection.execute(damage)
    connection.close()
    assert refused(state).startswith(f"{state}/journal.sqlite: ")
    assert not (state / "models").exists()


def test_a_base_that_is_not_there_is_one_line(state: Path) -> None:
    assert refused(state, "--base", "0123456789ab") == (
        f"0123456789ab: no model of {state} and no folder; see: hamgate model list; or name another base: "
        "hamgate model refit --base shipped"
    )
    assert refit(state, "--base", "shipped").metrics["refit"]["base"] == SHIPPED


def test_mail_of_another_extractor_is_no_own_mail(state: Path) -> None:
    with sqlite3.connect(state / "journal.sqlite") as connection:
        connection.execute("UPDATE message SET features = 0")
    connection.close()
    assert refused(state).startswith("too little own mail: learn 100 more ham and 100 more spam;")
