"""Secrets that are not there, cannot be read, are too short, or are open to all."""

from dataclasses import replace
from pathlib import Path

import pytest

from filter.config.settings import LogSettings, Settings
from filter.doctor.secrets import secrets
from filter.web.settings import HttpDoor
from tests.unit.doctor.said import lines, one, setup


def named(path: Path, *, key: bool = False) -> Settings:
    if key:
        return replace(setup(), log=LogSettings(addresses="hashed", key_file=path))
    return replace(setup(), http={"api": HttpDoor(address="127.0.0.1:0", token_file=path)})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secret"


def test_without_secrets_nothing_is_said() -> None:
    assert list(secrets(setup())) == []


@pytest.mark.parametrize("key", [False, True])
def test_a_good_one(path: Path, key: bool) -> None:
    path.touch(0o600)
    path.write_text("0123456789abcdef0123456789abcdef\n")
    assert lines(secrets(named(path, key=key))) == [f"ok {path} is closed to other users"]
    path.chmod(0o644)
    assert one(secrets(named(path, key=key)), "warn").remedy == f"$ chmod o-rwx {path}"


@pytest.mark.parametrize("key", [False, True])
def test_one_that_is_not_there_and_how_it_is_made(path: Path, key: bool) -> None:
    finding = one(secrets(named(path, key=key)), "fail")
    assert finding.text == f"{'log.key_file' if key else 'token_file of api'}: there is no {path}"
    assert finding.remedy == f"$ (umask 077; openssl rand -hex 16 > {path})"


@pytest.mark.parametrize(
    ("key", "content", "text"),
    [
        (False, "secret", "a token has 16 to 1024 characters, this one 6"),
        (False, "sixteen letters and a space", "a token is one word of printable ASCII characters"),
        (True, "\n", "is empty: digits of an address would change with each start"),
    ],
)
def test_one_that_is_good_for_nothing(path: Path, key: bool, content: str, text: str) -> None:
    path.write_text(content)
    assert text in one(secrets(named(path, key=key)), "fail").text


def test_a_folder_and_what_may_not_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Is a directory" in one(secrets(named(path.parent)), "fail").text

    def closed(*_: object) -> None:  # root may read everything
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", closed)
    assert one(secrets(named(path)), "fail").remedy.endswith(f"\n$ chmod g+r {path}")
