"""`hamgate train` as an operator meets it."""

import json
import resource
from pathlib import Path

import pytest

from tests import mail
from tests.commands import hamgate, run


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return mail.write_folders(tmp_path_factory.mktemp("mail"), 40)


def refusal(*arguments: object) -> str:
    done = run("train", *arguments)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    return done.stderr.decode()


def test_it_ends_with_what_the_model_reaches_and_where_it_is(folders: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "model"
    printed = hamgate(
        "train", "--ham", folders[0], "--spam", folders[1], "--out", out, "--jobs", 2, "--about", "made up"
    )
    assert f"from 40 ham and 40 spam is in {out}" in printed
    assert "ham called spam at 5 points" in printed
    assert f"hamgate score --model {out} mail.eml" in printed
    assert "is whole and passes its self-test" in hamgate("model", "verify", out)
    card = json.loads((out / "card.json").read_text())
    assert card["about"] == "made up"
    assert card["recipe"]["name"] == "site"
    assert [entry["messages"] for entry in card["corpora"]] == [40, 40]
    assert "\tspam\n" in hamgate("score", "--format", "tsv", "--model", out, folders[1] / "0001.eml")


@pytest.mark.slow
def test_the_same_mail_gives_the_same_bytes_with_any_number_of_jobs(folders: tuple[Path, Path], tmp_path: Path) -> None:
    for out, jobs in (("a", 1), ("b", 2)):
        hamgate("train", "--ham", folders[0], "--spam", folders[1], "--out", tmp_path / out, "--jobs", jobs)
    for name in ("card.json", "weights.npz", "README.md"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.slow
def test_of_more_mail_than_is_kept_all_is_counted_in_bounded_memory(tmp_path: Path) -> None:
    ham, spam = tmp_path / "ham.mbox", tmp_path / "spam.mbox"
    for path, make, count in ((ham, mail.ham, 16_000), (spam, mail.spam, 1000)):
        with path.open("wb") as file:
            for seed in range(count):
                file.write(b"From a@b Tue Mar  5 10:00:00 2024\n" + make(seed) + b"\n")
    done = run("train", "--ham", ham, "--spam", spam, "--out", tmp_path / "model", "--jobs", 1)
    assert done.returncode == 0
    assert b"a sample of 16,000 messages; Naive Bayes counts 1,000 more" in done.stderr
    assert b"from 16000 ham and 1000 spam is in" in done.stdout
    card = json.loads((tmp_path / "model" / "card.json").read_text())
    assert [entry["messages"] for entry in card["corpora"]] == [16_000, 1000]
    assert card["metrics"]["held_out"]["ham"] == 15_000  # what was measured
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1 << 20  # KiB


@pytest.mark.slow
def test_an_option_takes_several_paths(folders: tuple[Path, Path], tmp_path: Path) -> None:
    halves = []
    for number in (0, 1):
        half = tmp_path / f"ham{number}"
        half.mkdir()
        for path in sorted(folders[0].iterdir())[number::2]:
            (half / path.name).write_bytes(path.read_bytes())
        halves.append(half)
    printed = hamgate("train", "--ham", *halves, "--spam", folders[1], "--out", tmp_path / "model")
    assert "from 40 ham and 40 spam" in printed


def test_too_few_messages_are_refused_with_what_was_found_and_where(folders: tuple[Path, Path], tmp_path: Path) -> None:
    few, _ = mail.write_folders(tmp_path / "few", 3)
    message = refusal("--ham", few, "--spam", folders[1], "--out", tmp_path / "model")
    assert f"found 3 ham messages in {few}; at least 20 of each class are needed" in message
    assert not (tmp_path / "model").exists()


def test_an_empty_class_is_refused(folders: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    message = refusal("--ham", folders[0], "--spam", tmp_path / "empty", "--out", tmp_path / "model")
    assert f"found 0 spam messages in {tmp_path / 'empty'}" in message


def test_a_path_that_is_not_there_is_named(folders: tuple[Path, Path], tmp_path: Path) -> None:
    message = refusal("--ham", folders[0], "--spam", tmp_path / "nowhere", "--out", tmp_path / "model")
    assert f"{tmp_path / 'nowhere'}: No such file or directory" in message


def test_the_same_message_under_both_labels_is_refused_and_listed(folders: tuple[Path, Path], tmp_path: Path) -> None:
    mixed = tmp_path / "spam"
    mixed.mkdir()
    for path in folders[1].iterdir():
        (mixed / path.name).write_bytes(path.read_bytes())
    (mixed / "wrong.eml").write_bytes((folders[0] / "0007.eml").read_bytes())
    message = refusal("--ham", folders[0], "--spam", mixed, "--out", tmp_path / "model")
    assert "1 message is labelled both ham and spam" in message
    assert f"{folders[0] / '0007.eml'}  =  {mixed / 'wrong.eml'}" in message


@pytest.mark.slow
def test_a_model_that_cannot_be_written_is_said_and_the_old_one_stays(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "weights.npz").mkdir()  # what only shows when it is written
    message = refusal("--ham", folders[0], "--spam", folders[1], "--out", tmp_path)
    assert f"{tmp_path}: the model could not be written: Is a directory" in message
    assert [path.name for path in tmp_path.iterdir()] == ["weights.npz"]


@pytest.mark.slow
def test_progress_goes_to_standard_error(folders: tuple[Path, Path], tmp_path: Path) -> None:
    done = run("train", "--ham", folders[0], "--spam", folders[1], "--out", tmp_path / "model")
    assert b"Reading ham" in done.stderr
    assert b"Reading" not in done.stdout


@pytest.mark.corpus
@pytest.mark.slow
def test_make_model_gives_the_shipped_model_again(corpora: Path, tmp_path: Path) -> None:
    from models.model import DEFAULT, load  # noqa: PLC0415

    archive = corpora / "spamassassin-2002.tar.xz"
    about = (Path(__file__).parents[3] / "training" / "default-model.txt").read_text().rstrip("\n")
    hamgate("train", "--recipe", "starter", "--jobs", 2, "--about", about, "--ham", f"{archive}::sa/ham",
            "--spam", f"{archive}::sa/spam", "--out", tmp_path / "model")  # fmt: skip
    again, shipped = load(tmp_path / "model"), load(DEFAULT)
    assert again.bias == pytest.approx(shipped.bias, abs=1e-6)
    for name, values in shipped.fields.items():
        assert again.fields[name].points == pytest.approx(values.points, abs=1e-6)
        assert again.fields[name].slots.tobytes() == values.slots.tobytes()
        assert again.fields[name].counts.tobytes() == values.counts.tobytes()
    assert sum(path.stat().st_size for path in DEFAULT.iterdir()) <= 6_000_000
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_000_000  # KiB
