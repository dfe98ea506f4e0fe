"""SpamAssassin's spamd beside ours: the dialogs that ours is tested by are true of theirs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import require
from tests.dialogs.spamd.play import FILES, exchanges, play
from tests.e2e.spamd import Spamd

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def may_run_spamd() -> None:
    require(shutil.which("spamd", path="/usr/sbin:/usr/bin") is not None, "needs spamd (Debian: apt install spamd)")


@pytest.fixture(scope="module")
def spamd(may_run_spamd: None) -> Iterator[Spamd]:
    with Spamd() as server:
        yield server


@pytest.fixture(scope="module")
def learning_spamd(may_run_spamd: None) -> Iterator[Spamd]:
    with Spamd(tell=True) as server:
        yield server


@pytest.mark.parametrize("path", [path for path in FILES if path.stem != "tell"], ids=lambda path: path.stem)
def test_dialogs_are_true_of_spamd(spamd: Spamd, path: Path) -> None:
    for name, lines in exchanges(path):
        try:
            play(spamd.connect, lines, real=True)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None


def test_lessons_are_true_of_spamd(learning_spamd: Spamd) -> None:
    (path,) = [path for path in FILES if path.stem == "tell"]
    for name, lines in exchanges(path):
        try:
            play(learning_spamd.connect, lines, real=True)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None
