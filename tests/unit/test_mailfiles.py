import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from filter import mailfiles
from filter.mailfiles import LARGEST_MESSAGE, Mail, Unreadable

ONE = b"From: a@example.org\nSubject: one\n\nfirst\n"
TWO = b"From: b@example.org\nSubject: two\n\n>From the start\n"
MBOX = (
    b"From a@example.org Tue Mar  5 10:00:00 2024\n" + ONE + b"\n"
    b"From b@example.org Tue Mar  5 10:00:01 2024\n" + TWO + b"\n"
)


def read(path: Path) -> list[Mail | Unreadable]:
    return [mail for file in mailfiles.files(str(path)) for mail in mailfiles.messages(file)]


def test_one_message_is_named_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(ONE)
    assert read(path) == [Mail(str(path), ONE)]


@pytest.mark.parametrize("name", ["inbox.mbox", "inbox", "Sent"])
def test_messages_of_an_mbox_are_numbered_and_unquoted(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(MBOX)
    assert read(path) == [
        Mail(f"{path}#1", ONE + b"\n"),
        Mail(f"{path}#2", TWO.replace(b">From", b"From") + b"\n"),
    ]


def test_an_mbox_of_one_message_is_numbered_if_it_is_called_one(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(MBOX.partition(b"\nFrom b@")[0])
    assert [mail.name for mail in read(path)] == [f"{path}#1"]


def test_an_archived_message_that_begins_with_a_from_line_stays_one_message(tmp_path: Path) -> None:
    path = tmp_path / "spam-1.00001.eml"
    path.write_bytes(MBOX)
    assert read(path) == [Mail(str(path), MBOX)]


def test_from_in_the_text_begins_no_message(tmp_path: Path) -> None:
    path = tmp_path / "inbox"
    raw = MBOX + b"\nFrom my point of view\nit is fine\n"
    path.write_bytes(raw)
    assert len(read(path)) == 2


def test_folders_are_read_to_the_bottom_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.eml", "a/1.eml", "a/.hidden", ".git/3.eml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(ONE)
    assert [mail.name for mail in read(tmp_path)] == [str(tmp_path / "a/1.eml"), str(tmp_path / "b/2.eml")]


@pytest.mark.parametrize("maildir", [False, True])
def test_a_folder_that_cannot_be_read_does_not_hide_those_behind_it(
    maildir: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scandir(path: str) -> Any:
        if path.endswith("cur"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    real, names = os.scandir, ("cur", "new") if maildir else ("cur", "two")
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.eml").write_bytes(ONE)
    monkeypatch.setattr(os, "scandir", scandir)
    assert [mail.name for mail in read(tmp_path)] == [str(tmp_path / "cur"), str(tmp_path / names[1] / "1.eml")]
    assert isinstance(read(tmp_path)[0], Unreadable)


def test_a_link_back_to_the_folder_does_not_loop(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "1.eml").write_bytes(ONE)
    assert len(read(tmp_path)) == 1


def test_of_a_maildir_cur_and_new_are_read_and_tmp_is_not(tmp_path: Path) -> None:
    for box in ("cur", "new", "tmp"):
        (tmp_path / box).mkdir()
        (tmp_path / box / "1709.M1.host").write_bytes(ONE)
    assert [Path(mail.name).parent.name for mail in read(tmp_path)] == ["cur", "new"]


@pytest.mark.parametrize(
    ("content", "why"), [(None, "No such file or directory"), (b"", "is empty"), (b"\n\n", "is empty")]
)
def test_what_cannot_be_read_is_named_with_its_reason(content: bytes | None, why: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.eml"
    if content is not None:
        path.write_bytes(content)
    assert read(path) == [Unreadable(str(path), why)]


def test_of_a_huge_message_one_byte_more_than_is_judged_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.eml"
    with path.open("wb") as file:
        file.write(ONE)
        file.truncate(LARGEST_MESSAGE + 1000)
    [mail] = read(path)
    assert isinstance(mail, Mail)
    assert len(mail.raw) == LARGEST_MESSAGE


def test_standard_input_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n")))
    assert list(mailfiles.messages("-")) == [Unreadable("standard input", "is empty")]


def test_a_pipe_in_a_folder_is_passed_over_and_nobody_waits(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "one.eml").write_bytes(ONE)
    assert list(mailfiles.files(str(tmp_path))) == [str(tmp_path / "gone.eml"), str(tmp_path / "one.eml")]
