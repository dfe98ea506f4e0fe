"""Folders as operators keep them: plain, Maildir, MH."""

import os
from pathlib import Path

import pytest

from filter.mailfiles import Unreadable
from training import places
from training.places import Local


def fill(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"Subject: x\n\nx\n")


def files(root: Path, trashed: bool = False) -> list[str | Unreadable]:
    found = places.files(Local(), str(root), trashed)
    return [str(Path(item).relative_to(root)) if isinstance(item, str) else item for item in found]


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("1709.M1.host:2,S", "S"),
        ("1709.M1.host:2,DFT", "DFT"),
        ("1709.M1.host;2,T", "T"),
        ("1709.M1.host:2,", ""),
        ("1709.M1.host", ""),
        ("1709.M1.host:1,x", ""),
    ],
)
def test_flags_stand_behind_the_name(name: str, flags: str) -> None:
    assert places.flags(name) == flags


def test_drafts_and_trashed_mail_of_a_maildir_are_left_out_and_counted(tmp_path: Path) -> None:
    fill(tmp_path, "cur/1:2,S", "cur/2:2,ST", "cur/3:2,D", "new/4", "tmp/5")
    left = Unreadable(str(tmp_path / "cur"), "left out 2 messages flagged as draft or trashed (see --with-trashed)")
    assert files(tmp_path) == [left, "cur/1:2,S", "new/4"]
    assert files(tmp_path, trashed=True) == ["cur/1:2,S", "cur/2:2,ST", "cur/3:2,D", "new/4"]


def test_flags_count_in_a_maildir_only(tmp_path: Path) -> None:
    fill(tmp_path, "mail/1:2,T")
    assert files(tmp_path) == ["mail/1:2,T"]


def test_an_mh_folder_gives_its_numbers_in_order(tmp_path: Path) -> None:
    fill(tmp_path, "inbox/10", "inbox/9", "inbox/,3", "inbox/#4", "inbox/.mh_sequences", "inbox/sub/2", "inbox/sub/1")
    left = Unreadable(str(tmp_path / "inbox"), "left out 2 that are no numbered messages of this MH folder")
    assert files(tmp_path) == [left, "inbox/9", "inbox/10", "inbox/sub/1", "inbox/sub/2"]


def test_a_plain_folder_is_read_to_the_bottom_in_order_without_hidden_files(tmp_path: Path) -> None:
    fill(tmp_path, "b/2.eml", "a/1.eml", "a/.hidden", ".git/3.eml", "10", "9")
    assert files(tmp_path) == ["10", "9", "a/1.eml", "b/2.eml"]


def test_what_cannot_be_read_without_waiting_or_looping_is_named(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert files(tmp_path) == [
        Unreadable(str(tmp_path / "loop"), "is a link to a folder, which is not followed"),
        Unreadable(str(tmp_path / "pipe"), "is no ordinary file"),
    ]


def test_a_folder_that_cannot_be_listed_leaves_those_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a/1", "b/2", "c/3")
    closed = str(tmp_path / "b")
    entries = Local.entries

    def refuse(self: Local, folder: str) -> list[places.Entry]:
        if folder == closed:  # root reads whatever it wants, so the refusal is made
            raise PermissionError(13, "Permission denied")
        return entries(self, folder)

    monkeypatch.setattr(Local, "entries", refuse)
    assert files(tmp_path) == ["a/1", Unreadable(closed, "Permission denied"), "c/3"]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files(tmp_path / "nowhere")
