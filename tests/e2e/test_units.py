"""The units that ship with hamgate, as systemd itself judges them, and the Containerfile, as far as it can be read."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from filter.config.settings import Settings
from tests.conftest import ROOT, require
from tests.pages import blocks

SHARE = ROOT / "filter" / "share"
SERVICE = (SHARE / "hamgate.service").read_text()
CONTAINER = (ROOT / "Containerfile").read_text()


def value(name: str) -> str:
    (found,) = re.findall(rf"^{name}=(.*)$", SERVICE, re.M)
    return str(found)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with both units, whose command exists, and the socket unit that the page shows."""
    require(shutil.which("systemd-analyze") is not None, "needs systemd-analyze: tests/install-debian-packages systemd")
    for unit in SHARE.glob("hamgate.*"):
        command = shutil.which("true") or ""
        (tmp_path / unit.name).write_text(unit.read_text().replace("/usr/local/bin/hamgate", command))
    (shown,) = blocks("ini")
    (tmp_path / "hamgate-postfix.socket").write_text(shown)
    return tmp_path


def test_systemd_finds_nothing_to_say(installed: Path) -> None:
    units = [str(unit) for unit in installed.iterdir()]
    assert len(units) == 3
    said = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_little_is_exposed(installed: Path) -> None:
    words = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(installed / "hamgate.service")]
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout  # beyond 2.0 it is not


def test_systemd_waits_longer_than_messages_under_way() -> None:
    assert float(value("TimeoutStopSec")) > Settings().drain


def test_reload_and_stop_reach_the_parent_only() -> None:
    """Workers and server processes hear of it from their parents, who let them finish their messages first."""
    assert value("ExecReload") == "kill -HUP $MAINPID"
    assert value("KillMode") == "mixed"
    assert value("OOMPolicy") == "continue"  # a dead worker is no dead server


def test_socket_is_named_as_the_listener_of_the_manual() -> None:
    assert "FileDescriptorName=inbound\n" in (SHARE / "hamgate.socket").read_text()


def test_container_is_built_from_what_is_there_and_runs_as_nobody_special() -> None:
    for line in re.findall(r"^COPY (?!--)(.*)$", CONTAINER, re.M):
        *sources, _ = line.split()
        assert all((ROOT / source).exists() for source in sources), line
    last_stage = CONTAINER.rpartition("\nFROM ")[2]
    assert "gcc" not in last_stage
    assert "\nUSER hamgate\n" in last_stage
    assert last_stage.index("\nUSER ") > last_stage.index("\nRUN ")
    assert '\nENTRYPOINT ["hamgate"]\n' in last_stage  # no shell between: SIGTERM reaches the server
