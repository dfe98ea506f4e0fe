"""Archives and mboxes without seeking: what is lost is said, with where."""

import gzip
import io
import tarfile
import zipfile

import pytest

from filter.mailfiles import LARGEST_MESSAGE, Mail, Unreadable
from tests import mail
from training import members, streams

FROM = b"From a@b Tue Mar  5 10:00:00 2024\n"


def tar(contents: dict[str, bytes], end: bool = True) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in contents.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        length = archive.offset
    return buffer.getvalue() if end else buffer.getvalue()[:length]


def read(data: bytes, name: str) -> list[Mail | Unreadable]:
    return list(members.messages(io.BytesIO(data), name, len(data)))


TWO = {"1.eml": mail.ham(1), "2.eml": mail.ham(2)}


def collected(data: bytes, name: str) -> tuple[list[str], str]:
    names = []
    try:
        for item in members.messages(io.BytesIO(data), name, len(data)):
            names.append(item.name)
    except streams.ERRORS as error:
        return names, streams.reason(error)
    return names, ""


def test_a_tar_that_was_cut_between_two_members_is_no_whole_tar() -> None:
    names, why = collected(tar(TWO, end=False), "a.tar")
    assert names == ["a.tar::1.eml", "a.tar::2.eml"]
    assert why == "ends without the mark that ends an archive; it may have been cut"


def test_a_damaged_header_is_not_the_end_of_the_archive() -> None:
    whole = bytearray(tar(TWO))
    second = whole.index(b"2.eml")
    whole[second : second + 300] = b"\xff" * 300
    names, why = collected(bytes(whole), "a.tar")
    assert names == ["a.tar::1.eml"]
    assert why.startswith("is damaged near byte")


def test_a_link_in_an_archive_is_named_and_not_followed() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("passwd")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    assert read(buffer.getvalue(), "a.tar") == [Unreadable("a.tar::passwd", "is no file, but a link or device")]


def test_members_of_an_archive_have_a_budget_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "RATIO_FREE", 2_000_000)
    monkeypatch.setattr(streams, "LARGEST_RATIO", 1)
    bomb = {f"{i}.eml": b"Subject: x\n\n" + bytes(900_000) for i in range(9)}
    names, why = collected(gzip.compress(tar(bomb)), "a.tar.gz")
    assert names == ["a.tar.gz::0.eml", "a.tar.gz::1.eml"]
    assert why == "unpacks to more than 2,000,000 bytes; the rest is not read"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in bomb.items():
            archive.writestr(name, data)
    assert collected(buffer.getvalue(), "a.zip") == (["a.zip::0.eml", "a.zip::1.eml"], why)


def test_members_have_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "MOST_MEMBERS", 1)
    assert collected(tar(TWO), "a.tar") == (["a.tar::1.eml"], "has more than 1 members; the rest is not read")


def test_one_damaged_member_of_a_zip_leaves_the_others() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in TWO.items():
            archive.writestr(name, data)
    damaged = buffer.getvalue().replace(b"Message-ID: <1.", b"Message-ID: <9.")
    first, second = read(damaged, "a.zip")
    assert isinstance(first, Unreadable)
    assert "Bad CRC-32" in first.why
    assert second.name == "a.zip::2.eml"


def test_a_long_mbox_is_read_to_its_end_in_little_memory() -> None:
    """Its head is kept to see what it is; the rest streams."""
    letter = (
        FROM + b"Subject: x\n\n" + b"a line of seventy letters, so that the file becomes long.............\n" * 1000
    )
    count = streams.HEAD // len(letter) + 20
    found = read((letter + b"\n") * count, "inbox")
    assert [item.name for item in found] == [f"inbox#{number}" for number in range(1, count + 1)]


def test_a_first_message_longer_than_any_head_does_not_hide_those_behind_it() -> None:
    long = FROM + b"Subject: long\n\n" + (b"x" * 99 + b"\n") * (streams.HEAD // 100 + 1)
    assert [item.name for item in read(long + b"\n" + FROM + mail.ham(1), "inbox")] == ["inbox#1", "inbox#2"]
    [one] = read(long, "one.eml")
    assert isinstance(one, Mail)
    assert len(one.raw) == LARGEST_MESSAGE


def test_an_empty_message_of_an_mbox_is_named() -> None:
    found = read(FROM + b"\n" + FROM + mail.ham(1), "inbox.mbox")
    assert found[0] == Unreadable("inbox.mbox#1", "is empty")
    assert isinstance(found[1], Mail)


def test_a_folder_of_an_archive_is_a_whole_name() -> None:
    assert members.is_below("./c/ham/1", "c/ham/")
    assert not members.is_below("c/hamster/1", "c/ham")
