"""Reading a corpus. See test_places, test_members, test_indexes and test_remote for each kind."""

import gzip
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from filter.mailfiles import Mail, Unreadable
from tests import mail
from training import corpus


def names(path: str, label: str = "ham") -> list[str]:
    return [item.name for item in corpus.read(path, label) if isinstance(item, Mail)]


def problems(path: str, label: str = "ham") -> list[Unreadable]:
    return [item for item in corpus.read(path, label) if isinstance(item, Unreadable)]


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def make_tar(path: Path, members: dict[str, bytes]) -> str:
    with tarfile.open(path, "w:gz" if path.suffix in (".gz", ".tgz") else "w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return str(path)


MBOX = b"".join(b"From a@b Tue Mar  5 10:00:00 2024\n" + mail.ham(seed) + b"\n" for seed in range(3))
MEMBERS = {"c/ham/1.eml": mail.ham(1), "c/ham/2.eml": mail.ham(2), "c/spam/1.eml": mail.spam(1)}


@pytest.mark.parametrize("name", ["mail.tar", "mail.tar.gz", "mail.tgz"])
def test_a_tar_archive_is_read_in_memory(name: str, tmp_path: Path) -> None:
    path = make_tar(tmp_path / name, MEMBERS)
    assert [item.raw for item in corpus.read(path, "ham") if isinstance(item, Mail)] == list(MEMBERS.values())
    assert names(f"{path}::c/ham") == [f"{path}::c/ham/1.eml", f"{path}::c/ham/2.eml"]
    assert [entry.name for entry in tmp_path.iterdir()] == [name]  # nothing was unpacked


def test_a_zip_archive_is_read_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "mail.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in MEMBERS.items():
            archive.writestr(name, data)
    assert names(f"{path}::c/spam") == [f"{path}::c/spam/1.eml"]
    assert len(names(str(path))) == 3


def test_members_that_would_escape_are_only_names(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "mail.tar", {"../../escape.eml": mail.ham(1)})
    assert names(path) == [f"{path}::../../escape.eml"]
    assert not (tmp_path.parent / "escape.eml").exists()


def test_an_mbox_inside_an_archive_gives_its_messages(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "mail.tar", {"inbox.mbox": MBOX})
    assert names(path) == [f"{path}::inbox.mbox#{number}" for number in (1, 2, 3)]


@pytest.mark.parametrize("damage", ["truncated", "garbage", "missing"])
def test_a_damaged_archive_is_named_with_the_reason(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "mail.tar.gz"
    make_tar(path, MEMBERS)
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:-40])
    elif damage == "garbage":
        path.write_bytes(b"this is no archive")
    else:
        path.unlink()
    [problem] = problems(str(path))
    assert problem.name == str(path)
    assert problem.why


def test_of_a_trec_index_the_lines_of_the_label_are_read(tmp_path: Path) -> None:
    for label, seed in (("ham", 1), ("spam", 2)):
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / label).write_bytes(mail.ham(seed))
    (tmp_path / "full").mkdir()
    index = tmp_path / "full" / "index"
    index.write_text("ham ../data/ham\nspam ../data/spam\nspam ../data/gone\n")
    assert [Path(name).name for name in names(str(index), "ham")] == ["ham"]
    assert [Path(item.name).name for item in corpus.read(str(index), "spam")] == ["spam", "gone"]


def test_of_a_csv_the_rows_of_the_label_are_read_relative_to_it(tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path / "mail", 2)
    table = tmp_path / "labels.csv"
    table.write_text(f"path,label\nmail/ham/0000.eml,ham\n{spam}/0001.eml,spam\nmail/gone.eml,ham\n")
    assert names(str(table)) == [str(ham / "0000.eml")]
    assert names(str(table), "spam") == [str(spam / "0001.eml")]
    assert problems(str(table)) == [Unreadable(str(tmp_path / "mail/gone.eml"), "No such file or directory")]


def test_an_index_below_a_folder_is_a_message_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("ham ../data/ham\n")  # what a stranger sends must not name files of ours
    assert names(str(tmp_path)) == [str(tmp_path / "index")]


def test_a_compressed_mbox_is_read_as_it_unpacks(tmp_path: Path) -> None:
    path = tmp_path / "inbox.mbox.gz"
    path.write_bytes(gzip.compress(MBOX))
    assert names(str(path)) == [f"{path}#{number}" for number in (1, 2, 3)]
    assert names(str(tmp_path)) == names(str(path))  # in a folder too


@pytest.mark.parametrize("name", ["nowhere", "mail.tar", "mail.zip", "mail.mbox.gz", "labels.csv"])
def test_a_path_that_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    path = str(tmp_path / name)
    assert list(corpus.read(path, "ham")) == [Unreadable(path, "No such file or directory")]


def test_an_empty_folder_and_a_folder_that_is_not_in_the_archive_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    archive = make_tar(tmp_path / "mail.tar", MEMBERS)
    assert problems(str(tmp_path / "empty")) == [Unreadable(str(tmp_path / "empty"), "holds no message")]
    assert problems(f"{archive}::c/nothing") == [Unreadable(f"{archive}::c/nothing", "holds no message")]


def test_a_file_that_cannot_be_read_leaves_the_others(tmp_path: Path) -> None:
    for name in ("a", "c"):
        (tmp_path / f"{name}.eml").write_bytes(mail.ham(1))
    (tmp_path / "b.eml").symlink_to("nowhere")
    (tmp_path / "d.tar").write_bytes(b"no archive")
    assert [Path(name).name for name in names(str(tmp_path))] == ["a.eml", "c.eml"]
    assert [Path(item.name).name for item in problems(str(tmp_path))] == ["b.eml", "d.tar"]


def test_quoting_of_both_kinds_of_mbox_is_undone(tmp_path: Path) -> None:
    """Nothing in an mbox says whether `>From` was quoted (mboxo), or `>>From` too (mboxrd); one `>` goes."""
    path = tmp_path / "inbox.mbox"
    path.write_bytes(b"From a@b Tue Mar  5 10:00:00 2024\nSubject: x\n\n>From one\n>>From two\n")
    [found] = corpus.read(str(path), "ham")
    assert isinstance(found, Mail)
    assert found.raw.endswith(b"\n\nFrom one\n>From two\n")


def test_a_pipe_is_read(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -c "$0" <(cat "$1")',
         "import sys; from training import corpus; sys.exit(len(list(corpus.read('/dev/fd/63', 'ham'))) - 3)",
         str(write(tmp_path / "inbox", MBOX))],
        check=False,
    )  # fmt: skip
    assert done.returncode == 0


def test_files_are_counted_for_the_progress_bar_where_that_is_cheap(tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path / "mail", 4)
    assert corpus.count((str(ham), str(spam))) == 8
    assert corpus.count((str(ham), "mail.tar.gz")) is None
    assert corpus.count(("s3://bucket/mail",)) is None
    assert corpus.count((str(tmp_path / "nowhere"),)) is None
