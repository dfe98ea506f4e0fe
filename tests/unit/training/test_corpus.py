import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from filter.mailfiles import Mail, Unreadable
from tests import mail
from training import corpus


def names(path: str, label: str = "ham") -> list[str]:
    return [item.name for item in corpus.read(path, label) if isinstance(item, Mail)]


def make_tar(path: Path, members: dict[str, bytes]) -> str:
    with tarfile.open(path, "w:gz" if path.suffix in (".gz", ".tgz") else "w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return str(path)


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
    mbox = b"".join(b"From a@b Tue Mar  5 10:00:00 2024\n" + mail.ham(seed) + b"\n" for seed in range(3))
    path = make_tar(tmp_path / "mail.tar", {"inbox.mbox": mbox})
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
    problems = [item for item in corpus.read(str(path), "ham") if isinstance(item, Unreadable)]
    assert len(problems) == 1
    assert problems[0].name == str(path)
    assert problems[0].why


def test_a_bomb_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "LARGEST_ARCHIVE", 2_000_000)
    tar = make_tar(tmp_path / "bomb.tar.gz", {f"{i}.eml": b"Subject: x\n\n" + bytes(900_000) for i in range(9)})
    items = list(corpus.read(tar, "ham"))
    assert len(items) == 3
    assert isinstance(items[-1], Unreadable)


def test_of_a_trec_index_the_lines_of_the_label_are_read(tmp_path: Path) -> None:
    for label, seed in (("ham", 1), ("spam", 2)):
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / label).write_bytes(mail.ham(seed))
    (tmp_path / "full").mkdir()
    index = tmp_path / "full" / "index"
    index.write_text("ham ../data/ham\nspam ../data/spam\nspam ../data/gone\n")
    assert [Path(name).name for name in names(str(index), "ham")] == ["ham"]
    assert [Path(item.name).name for item in corpus.read(str(index), "spam")] == ["spam", "gone"]


def test_files_are_counted_for_the_progress_bar_where_that_is_cheap(tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path / "mail", 4)
    assert corpus.count((str(ham), str(spam))) == 8
    assert corpus.count((str(ham), "mail.tar.gz")) is None
    assert corpus.count((str(tmp_path / "nowhere"),)) == 1
