"""`hamgate compare` as an operator meets it."""

import json
from pathlib import Path

import pytest

from models.model import DEFAULT
from tests import mail
from tests.commands import hamgate, run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return mail.write_folders(tmp_path_factory.mktemp("mail"), 40)


@pytest.fixture(scope="module")
def own(folders: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that has learned the labels the wrong way round."""
    out = tmp_path_factory.mktemp("model")
    hamgate("train", "--ham", folders[1], "--spam", folders[0], "--out", out, "--jobs", 1)
    return out


def test_messages_on_which_the_models_differ_are_shown_with_what_each_said(
    folders: tuple[Path, Path], own: Path
) -> None:
    mail_of_both = ("--ham", folders[0], "--spam", folders[1], "--jobs", 1)
    found = json.loads(hamgate("compare", "shipped", own, *mail_of_both, "--json"))
    wrong = [one for one in found["disagreements"] if one["label"] == "ham"]
    assert len(wrong) == 40
    assert all(one["first"]["score"] < 5.0 <= one["second"]["score"] for one in wrong)
    assert all(one["second"]["hits"] for one in wrong)
    assert found["figures"]["fp_at_5"]["change"] == {"value": 100.0, "low": 100.0, "high": 100.0, "differs": True}
    text = hamgate("compare", "shipped", own, *mail_of_both)
    assert f"From model {found['models'][0]} to model {found['models'][1]} on 40 ham and 40 spam" in text
    assert f"{len(found['disagreements']) - 20} more (--json lists all)" in text


def test_a_model_does_not_differ_from_itself(folders: tuple[Path, Path]) -> None:
    text = hamgate("compare", "shipped", DEFAULT, "--ham", folders[0], "--spam", folders[1], "--jobs", 1)
    assert text.endswith("Spam at 5 points for one of them only: 0 messages\n")
    assert " *" not in text


def test_a_report_is_written_beside_what_is_printed(folders: tuple[Path, Path], own: Path, tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    mail_of_both = ("--ham", folders[0], "--spam", folders[1], "--jobs", 1)
    text = hamgate("compare", "shipped", own, *mail_of_both, "--report", page)
    assert "Spam at 5 points for one of them only" in text
    assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    done = run("compare", "shipped", own, *mail_of_both, "--report", tmp_path / "gone/out.html")
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)


def test_errors_are_one_line(folders: tuple[Path, Path], tmp_path: Path) -> None:
    done = run("compare", "shipped", tmp_path, "--ham", folders[0], "--spam", folders[1])
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"no model here" in done.stderr
    assert run("compare", "shipped", "--ham", folders[0], "--spam", folders[1]).returncode == 64
