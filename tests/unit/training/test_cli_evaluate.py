"""`hamgate evaluate` as an operator meets it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import mail
from tests.commands import hamgate, run

EACH = 60


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return mail.write_folders(tmp_path_factory.mktemp("mail"), EACH)


def evaluated(folders: tuple[Path, Path], *arguments: object) -> dict[str, Any]:
    printed = hamgate("evaluate", "--ham", folders[0], "--spam", folders[1], "--jobs", 1, "--json", *arguments)
    return dict(json.loads(printed))


def refusal(code: int, *arguments: object) -> str:
    done = run("evaluate", *arguments)
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""
    return done.stderr.decode()


def test_without_a_mode_the_shipped_model_is_evaluated(folders: tuple[Path, Path]) -> None:
    found = evaluated(folders)
    assert "(starter) as it is" in found["protocol"]
    assert (found["ham"], found["spam"]) == (EACH, EACH)
    assert found["learning_curve"] == []
    assert [source["name"] for source in found["sources"]] == [str(folders[0]), str(folders[1])]
    assert [year["name"] for year in found["years"]] == ["2024"]
    assert found["model_and_rules"] != found["model_alone"]


@pytest.mark.parametrize(
    ("arguments", "protocol", "scored"),
    [
        (("--cv", 5), "Trained in 5 folds, recipe site", 2 * EACH),
        (("--cv", 3, "--recipe", "starter", "--seed", 3), "Trained in 3 folds, recipe starter", 2 * EACH),
        (("--holdout", 0.25), "Trained on 90 messages, recipe site", 30),
        (("--online",), "Online, recipe site: each message scored, then learned", 2 * EACH),
    ],
    ids=["cv", "starter", "holdout", "online"],
)
@pytest.mark.slow
def test_modes_that_train(
    folders: tuple[Path, Path], arguments: tuple[object, ...], protocol: str, scored: int
) -> None:
    found = evaluated(folders, *arguments)
    assert found["protocol"] == protocol
    assert found["ham"] + found["spam"] == scored
    assert found["model_alone"]["roca"]["value"] <= 1.0


OWN = """
[[rule]]
symbol = "OUR_PATCH"
points = -2
in = "subject"
pattern = "."
[[rule]]
symbol = "OUR_COMPOSITE"
points = -1
when = "OUR_PATCH"
"""


@pytest.mark.parametrize("mode", [("--holdout", 0.25), ("--cv", 2), ("--online",)], ids=lambda mode: mode[0])
@pytest.mark.slow
def test_own_rules_count_in_modes_that_train(
    folders: tuple[Path, Path], tmp_path: Path, mode: tuple[object, ...]
) -> None:
    (tmp_path / "own.toml").write_text(OWN)
    without, found = evaluated(folders, *mode), evaluated(folders, *mode, "--rules", tmp_path / "own.toml")
    assert found["model_alone"] == without["model_alone"]
    assert found["cheapest"]["threshold"] == pytest.approx(without["cheapest"]["threshold"] - 3.0)


@pytest.mark.slow
def test_near_duplicates_can_stay_together(tmp_path: Path) -> None:
    """Twenty campaigns of the same subject: told as such, and too few for more folds than that."""
    ham, spam = mail.write_folders(tmp_path, 40)
    for path in spam.iterdir():
        raw = mail.spam(int(path.stem) // 2)
        path.write_bytes(raw.replace(b"Message-ID: <", f"Message-ID: <{path.stem}".encode()))
    found = evaluated((ham, spam), "--cv", 5, "--group-duplicates")
    assert found["protocol"] == "Trained in 5 folds, recipe site, near-duplicates together"
    told = refusal(1, "--ham", ham, "--spam", spam, "--cv", 30, "--group-duplicates")
    assert told.splitlines()[-1].endswith("spam messages that are no near-duplicates are too few for 30 folds")


@pytest.mark.slow
def test_the_same_seed_gives_the_same_figures(folders: tuple[Path, Path]) -> None:
    assert evaluated(folders, "--seed", 7) == evaluated(folders, "--seed", 7)


@pytest.mark.slow
def test_a_model_of_ones_own_is_evaluated(folders: tuple[Path, Path], tmp_path: Path) -> None:
    hamgate("train", "--ham", folders[0], "--spam", folders[1], "--out", tmp_path / "model", "--jobs", 1)
    assert "(site) as it is" in evaluated(folders, "--model", tmp_path / "model")["protocol"]


@pytest.mark.slow
def test_people_get_a_table_and_a_report(folders: tuple[Path, Path], tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    done = run("evaluate", "--ham", folders[0], "--spam", folders[1], "--report", page, "--cost", 50, "--jobs", 1)
    assert done.returncode == 0, done.stderr
    assert b"1 - area under the ROC curve, %" in done.stdout
    assert b"as much as 50 missed spam" in done.stdout
    assert str(page).encode() in done.stderr
    assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")


@pytest.mark.slow
def test_what_cannot_be_read_is_one_line(folders: tuple[Path, Path], tmp_path: Path) -> None:
    ham, spam = folders
    (tmp_path / "empty").mkdir()
    gone = refusal(1, "--ham", tmp_path / "gone", "--spam", spam)
    assert f"{tmp_path / 'gone'}: No such file or directory" in gone
    assert gone.splitlines()[-1] == f"Error: found 0 ham messages in {tmp_path / 'gone'}"
    empty = refusal(1, "--ham", ham, "--spam", tmp_path / "empty")
    assert empty.splitlines()[-1] == f"Error: found 0 spam messages in {tmp_path / 'empty'}"
    assert "no model here" in refusal(1, "--ham", ham, "--spam", spam, "--model", tmp_path)
    early = refusal(1, "--ham", ham, "--spam", spam, "--report", tmp_path / "gone" / "out.html")
    assert early.count("\n") == 1
    assert "cannot be written there" in early


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Missing option '--spam'"),
        (("--spam", "x", "--cv", "10", "--online"), "--cv and --online exclude each other"),
        (("--spam", "x", "--model", "m", "--holdout", "0.3"), "--model and --holdout exclude each other"),
        (("--spam", "x", "--group-duplicates"), "--group-duplicates needs --cv or --holdout"),
        (("--spam", "x", "--cv", "1"), "--cv"),
    ],
)
def test_contradictions_are_wrong_usage(arguments: tuple[str, ...], told: str) -> None:
    assert told in refusal(64, "--ham", "x", *arguments)
