"""Words to and from systemd, with a socket in its place."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from filter import systemd
from tests.conftest import ROOT


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """What NOTIFY_SOCKET names."""
    name = str(tmp_path / "notify") if request.param == "path" else f"\0hamgate-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(name)
        channel.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", name.replace("\0", "@"))
        yield channel


def test_ready_with_a_status_of_one_line(manager: socket.socket) -> None:
    systemd.ready("listens on\n127.0.0.1:25")
    assert manager.recv(500) == b"READY=1\nSTATUS=listens on 127.0.0.1:25"


def test_reloading_tells_the_time_by_the_clock_that_is_never_set(manager: socket.socket) -> None:
    before = time.monotonic_ns() // 1000
    systemd.reloading()
    first, second = manager.recv(500).decode().split("\n")
    assert first == "RELOADING=1"
    name, _, value = second.partition("=")
    assert name == "MONOTONIC_USEC"
    assert before <= int(value) <= time.monotonic_ns() // 1000


def test_stopping_and_alive(manager: socket.socket) -> None:
    systemd.stopping()
    systemd.alive()
    assert manager.recv(500).startswith(b"STOPPING=1\nSTATUS=")
    assert manager.recv(500) == b"WATCHDOG=1"


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    systemd.alive()
    assert caplog.text == ""
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/notify")
    systemd.ready("x")
    assert "systemd was not told READY=1: " in caplog.text


@pytest.mark.parametrize(
    ("microseconds", "pid", "seconds"),
    [("60000000", "", 60.0), ("60000000", "own", 60.0), ("60000000", "1", None), ("", "", None), ("0", "", None)],
)
def test_watchdog(microseconds: str, pid: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", microseconds)
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if pid == "own" else pid)
    assert systemd.watchdog() == seconds


ASK = """
import os, sys
from filter import systemd
os.environ["LISTEN_PID"] = sys.argv[1] or str(os.getpid())
try:
    for name, passed in systemd.passed_sockets().items():
        print(name, passed.getsockname()[1], os.get_inheritable(passed.fileno()))
except ValueError as error:
    print(error)
"""


def told(names: str, pid: str = "") -> str:
    """What a process says that gets two sockets as descriptors 3 and 4."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        ports = [sock.getsockname()[1] for sock in (one, two)]
        shell = f'exec 3<&{one.fileno()} 4<&{two.fileno()}; exec "$0" "$@"'
        said = subprocess.run(
            ["bash", "-c", shell, sys.executable, "-c", ASK, pid],
            pass_fds=(one.fileno(), two.fileno()), capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "LISTEN_FDS": "2", "LISTEN_FDNAMES": names},
        )  # fmt: skip
    assert said.stderr == ""
    return said.stdout.replace(str(ports[0]), "PORT1").replace(str(ports[1]), "PORT2")


def test_passed_sockets_have_names_and_go_no_further() -> None:
    assert told("inbound:submission") == "inbound PORT1 False\nsubmission PORT2 False\n"


def test_sockets_for_another_process_are_not_touched() -> None:
    assert told("inbound:submission", pid="1") == ""


@pytest.mark.parametrize("names", ["hamgate.socket:hamgate.socket", "inbound", ""])
def test_names_must_tell_them_apart(names: str) -> None:
    assert "each needs one of its own" in told(names)
