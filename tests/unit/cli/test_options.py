"""Options that several commands have: paths that may not be read are no wrong calls."""

import errno
import os
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from filter.cli.config import check
from filter.cli.learn import learn
from filter.cli.options import read_settings_or
from tests.conftest import ROOT

SETTINGS = '[milters.postfix]\naddress = "127.0.0.1:11332"\n'


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of which the system says beforehand that it may not be read; root may read it all the same."""
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    return tmp_path


def test_what_may_not_be_read_is_left_to_who_opens_it(locked: Path) -> None:
    # A mail server that pipes mail to `learn` takes 64 for a bounce, and 75 for "again later".
    done = CliRunner().invoke(learn, ["spam", "--state", str(locked), str(ROOT / "tests/samples/spam.eml")])
    assert (done.exit_code, "learned as spam" in done.output) == (0, True)
    (locked / "hamgate.toml").write_text(SETTINGS)
    assert CliRunner().invoke(check, ["--config", str(locked / "hamgate.toml")]).exit_code == 0


def test_settings_in_a_folder_that_may_not_be_searched_are_not_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "hamgate.toml"
    with pytest.raises(click.ClickException, match=r"there is no .*hamgate\.toml: name the settings with --config"):
        read_settings_or(file, "or look elsewhere")

    def closed(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "stat", closed)
    with pytest.raises(
        click.ClickException, match=r"cannot be read \(Permission denied\): do this as root, or as its owner$"
    ):
        read_settings_or(file, "or look elsewhere")
