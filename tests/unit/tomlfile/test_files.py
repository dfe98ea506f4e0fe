"""Reading within bounds, and noticing change."""

import os
from pathlib import Path

import pytest

from filter.tomlfile.files import Files


def test_what_was_read_and_stays_is_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(b"12345")
    files = Files()
    assert files.read(path, 5) == b"12345"
    assert not files.changed()


@pytest.mark.parametrize("change", ["size", "time", "inode", "gone"])
def test_every_kind_of_change_is_seen(change: str, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(b"one")
    files = Files()
    files.read(path, 100)
    before = path.stat()
    if change == "size":
        path.write_bytes(b"more")
    elif change == "inode":
        (tmp_path / "new").write_bytes(b"two")
        (tmp_path / "new").rename(path)
    elif change == "gone":
        path.unlink()
    if change in ("size", "inode"):
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    if change == "time":
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert files.changed()


def test_a_file_that_was_missing_is_noticed_when_it_comes(tmp_path: Path) -> None:
    files = Files()
    with pytest.raises(FileNotFoundError):
        files.read(tmp_path / "later.txt", 10)
    assert not files.changed()
    (tmp_path / "later.txt").write_bytes(b"")
    assert files.changed()


def test_too_large_and_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * (2 << 20))
    with pytest.raises(ValueError, match="is larger than 1 MiB"):
        Files().read(tmp_path / "large", 1 << 20)
    os.mkfifo(tmp_path / "pipe")  # would be read for ever
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(ValueError, match="is no file"):
            Files().read(path, 100)
