"""Addresses: fsspec's file systems in memory and on disk stand for object stores."""

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from filter.mailfiles import Mail, Unreadable
from tests import mail
from tests.conftest import require
from training import corpus, remote


@pytest.fixture
def bucket() -> Iterator[str]:
    """An address under which mail lies."""
    try:
        from fsspec.implementations.memory import MemoryFileSystem  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        require(False, "fsspec is not installed (extra remote)")
    system = MemoryFileSystem()
    for name, data in {
        "mail/ham/1.eml": mail.ham(1), "mail/ham/2.eml": mail.ham(2), "mail/spam/1.eml": mail.spam(1),
        "mail/box/cur/1:2,S": mail.ham(3), "mail/box/cur/2:2,T": mail.ham(4), "mail/box/new/3": mail.ham(5),
        "mail/inbox.mbox.gz": gzip.compress(b"From a@b Tue Mar  5 10:00:00 2024\n" + mail.ham(6)),
        "mail/labels.csv": b"ham/1.eml,ham\nspam/1.eml,spam\n",
    }.items():  # fmt: skip
        system.pipe(f"/hamgate/{name}", data)
    yield "memory://hamgate/mail"
    system.rm("/hamgate", recursive=True)


def names(path: str, label: str = "ham") -> list[str]:
    return [item.name for item in corpus.read(path, label) if isinstance(item, Mail)]


@pytest.mark.parametrize(
    ("path", "is_address"),
    [("s3://bucket/x", True), ("memory://x", True), ("/var/mail", False), ("C:/x", False), ("://x", False)],
)
def test_an_address_has_a_scheme(path: str, is_address: bool) -> None:
    assert remote.is_address(path) is is_address


def test_a_folder_of_a_store_is_read_and_its_names_can_be_given_back(bucket: str) -> None:
    found = names(f"{bucket}/ham")
    assert found == ["memory:///hamgate/mail/ham/1.eml", "memory:///hamgate/mail/ham/2.eml"]
    assert names(found[0]) == found[:1]
    assert [item.raw for item in corpus.read(found[1], "ham") if isinstance(item, Mail)] == [mail.ham(2)]


def test_maildirs_packed_mboxes_and_tables_are_read_as_on_disk(bucket: str) -> None:
    assert [name.rpartition("/")[2] for name in names(f"{bucket}/box")] == ["1:2,S", "3"]
    assert [name.rpartition("/")[2] for name in names(f"{bucket}/inbox.mbox.gz")] == ["inbox.mbox.gz#1"]
    assert names(f"{bucket}/labels.csv", "spam") == ["memory:///hamgate/mail/spam/1.eml"]


def test_files_of_this_machine_have_an_address_too(bucket: str, tmp_path: Path) -> None:
    ham, _ = mail.write_folders(tmp_path, 2)
    assert names(f"file://{ham}") == [f"file://{ham}/000{number}.eml" for number in (0, 1)]


def test_an_address_where_nothing_is_is_named(bucket: str) -> None:
    path = f"{bucket}/nowhere"
    assert list(corpus.read(path, "ham")) == [Unreadable(path, "No such file or directory")]


def test_a_scheme_that_nobody_knows_is_named(bucket: str) -> None:
    [problem] = corpus.read("nosuch://x/y", "ham")
    assert isinstance(problem, Unreadable)
    assert "Protocol not known: nosuch" in problem.why


def test_without_the_extra_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    [problem] = corpus.read("s3://other/bucket", "ham")
    assert problem == Unreadable("s3://other/bucket", "addresses need fsspec: pip install 'hamgate[remote]'")


def test_whatever_a_store_raises_is_said_in_a_line() -> None:
    class Broken:
        def info(self, path: str) -> None:
            raise RuntimeError("the store is on fire")

    with pytest.raises(OSError, match="RuntimeError: the store is on fire"):
        remote.Remote(Broken()).is_folder("x")
