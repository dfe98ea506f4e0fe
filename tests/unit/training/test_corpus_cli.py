"""`hamgate corpus check` as an operator meets it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests import mail
from tests.commands import hamgate, run
from training import corpus_cli
from training.drawn import MOST_FITTED, Drawn


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    ham, spam = mail.write_folders(tmp_path_factory.mktemp("mail"), 40)
    (ham / "wrong.eml").write_bytes(mail.spam(41))
    return ham, spam


def test_a_usable_corpus_is_described_and_its_wrong_label_is_found(folders: tuple[Path, Path]) -> None:
    printed = hamgate("corpus", "check", "--ham", folders[0], "--spam", folders[1], "--jobs", 1)
    assert printed.splitlines()[1].split() == ["messages", "41", "40"]
    assert f"ham   {folders[0] / 'wrong.eml'}  (" in printed
    assert printed.endswith("Usable: a model can be trained on this mail.\n")


def test_labels_are_left_alone_if_asked(folders: tuple[Path, Path]) -> None:
    value = json.loads(
        hamgate("corpus", "check", "--ham", folders[0], "--spam", folders[1], "--no-labels", "--json", "--jobs", 1)
    )
    assert value["usable"] is True
    assert value["suspects"] is None
    assert value["classes"]["spam"]["messages"] == 40


@pytest.mark.parametrize(("options", "kept"), [((), 81), (("--no-labels",), 0)])
def test_tokens_are_kept_only_to_look_for_wrong_labels(
    options: tuple[str, ...], kept: int, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Drawn] = []

    def remembered(most: int = MOST_FITTED) -> Drawn:
        made.append(Drawn(most))
        return made[0]

    monkeypatch.setattr(corpus_cli, "Drawn", remembered)
    paths = ["--ham", str(folders[0]), "--spam", str(folders[1]), "--jobs", "1"]
    assert CliRunner().invoke(corpus_cli.check_corpus, [*paths, *options]).exit_code == 0
    assert len(made[0].slots) == kept


@pytest.mark.parametrize("damage", ["empty", "missing", "same"])
def test_an_unusable_corpus_exits_1_and_says_what_to_do(
    damage: str, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    spam = tmp_path / "spam"
    if damage != "missing":
        spam.mkdir()
    done = run("corpus", "check", "--ham", folders[0], "--spam", folders[0] if damage == "same" else spam, "--jobs", 1)
    out, errors = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == 1
    assert "Traceback" not in errors
    assert "Not usable yet:" in out
    if damage == "same":
        assert "same message as ham and as spam: 41" in out
    else:
        assert "0 spam messages: collect at least 20" in out
        why = "holds no message" if damage == "empty" else "No such file or directory"
        assert f"hamgate: {spam}: {why}" in errors


def test_trashed_mail_is_read_if_asked(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "cur" / "1:2,T").write_bytes(mail.ham(1))
    for options, count in (((), 0), (("--with-trashed",), 1)):
        done = run("corpus", "check", "--ham", tmp_path, "--spam", tmp_path, "--json", "--jobs", 1, *options)
        assert json.loads(done.stdout)["classes"]["ham"]["messages"] == count
        assert (b"left out 1 messages flagged as draft or trashed" in done.stderr) == (count == 0)
