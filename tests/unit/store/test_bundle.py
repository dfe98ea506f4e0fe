"""A model in one file: the same bytes each time, and nothing but a whole model comes out of one."""

import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from filter.store import bundle
from filter.store.errors import StateError
from models.model import CARD, DEFAULT, README, WEIGHTS, ModelError, load

FILES = {name: (DEFAULT / name).read_bytes() for name in (CARD, README, WEIGHTS)}


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    bundle.write(DEFAULT, tmp_path / "one.tar")
    bundle.write(DEFAULT, tmp_path / "two.tar")
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()
    assert bundle.read(tmp_path / "one.tar").version == load().version
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.tar", "two.tar"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"none/x\.tar: cannot be written: No such file or directory"):
        bundle.write(DEFAULT, tmp_path / "none" / "x.tar")


def archive(path: Path, members: list[tuple[str, bytes]], kind: bytes = tarfile.REGTYPE) -> None:
    with tarfile.open(path, "w") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(content), kind, "/etc/passwd"
            tar.addfile(info, io.BytesIO(content))


def with_member(name: str, content: bytes = b"x") -> Callable[[Path], None]:
    return lambda path: archive(path, [*FILES.items(), (name, content)])


def huge(path: Path) -> None:
    path.touch()
    os.truncate(path, 300 << 20)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (with_member("../../evil"), "not taken: it holds '../../evil', which is no file of a model"),
        (with_member("/etc/cron.d/evil"), "not taken: it holds '/etc/cron.d/evil'"),
        (with_member("../" + CARD), "not taken: it holds '../card.json'"),
        (with_member(CARD), "not taken: it holds 'card.json', which"),
        (lambda path: archive(path, [(CARD, b"")], tarfile.SYMTYPE), "not taken: it holds 'card.json', which"),
        (lambda path: archive(path, [(README, bytes((1 << 20) + 1))]), "its README.md is larger than 1 MiB"),
        (lambda path: archive(path, list(FILES.items())[:2]), "not taken: it holds no weights.npz"),
        (lambda path: archive(path, [*list(FILES.items())[:2], (WEIGHTS, b"x")]), "not taken: damaged model"),
        (lambda path: archive(path, []), "not taken: it holds no README.md"),
        (lambda path: path.write_bytes(b"no archive" * 100), "is no file of hamgate model export ("),
        (lambda path: path.write_bytes(b""), "is no file of hamgate model export ("),
        (huge, "not taken: is larger than any model"),
        (os.mkfifo, "not taken: is no file"),
        (lambda path: None, "not taken: is no file"),
    ],
)
def test_anything_else_is_refused_in_one_line(tmp_path: Path, make: Callable[[Path], None], why: str) -> None:
    path = tmp_path / "model.tar"
    make(path)
    with pytest.raises(ModelError) as found:
        bundle.read(path)
    assert str(found.value).startswith(f"{path}: ")
    assert why in str(found.value)
    assert "\n" not in str(found.value)


def test_a_card_that_does_not_fit_its_weights_is_refused(tmp_path: Path) -> None:
    changed = FILES[CARD].replace(b'"bias": -6.5', b'"bias": -7.5')
    assert changed != FILES[CARD]
    archive(tmp_path / "model.tar", list({**FILES, CARD: changed}.items()))
    with pytest.raises(ModelError, match=r"model\.tar: not taken: damaged model: wrong checksum"):
        bundle.read(tmp_path / "model.tar")
