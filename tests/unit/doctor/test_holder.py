"""Who listens on a port, as /proc says it."""

import os
import socket
from pathlib import Path

import pytest

from filter.doctor.holder import Holder, holder

ROW = "   0: 0100007F:%04X 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0"


def machine(root: Path, port: int, words: bytes) -> Path:
    (root / "net").mkdir()
    (root / "net/tcp").write_text(f"  sl  local_address ...\n{ROW % port}\n")
    (root / "42/fd").mkdir(parents=True)
    (root / "42/fd/3").symlink_to("socket:[4711]")
    (root / "42/cmdline").write_bytes(words)
    (root / "41").mkdir()  # not ours to read
    return root


def test_this_process_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = holder(listening.getsockname()[1])
    assert found is not None
    assert found.pid == os.getpid()


def test_a_server_of_ours_is_known_by_its_name(tmp_path: Path) -> None:
    found = holder(10025, machine(tmp_path, 10025, b"/usr/bin/python3\0/usr/bin/hamgate\0serve\0"))
    assert found == Holder(42, ("/usr/bin/python3", "/usr/bin/hamgate", "serve"))
    assert found.is_hamgate


@pytest.mark.parametrize("between", [False, True], ids=["one process", "several"])
def test_a_server_of_ours_is_known_by_its_workers(between: bool, tmp_path: Path) -> None:
    root = machine(tmp_path, 10025, b"/usr/bin/python3\0/opt/antispam\0serve\0")
    born = [(42, 43), (43, 44)] if between else [(42, 44)]
    for parent, child in born:
        (root / f"{parent}/task/{parent}").mkdir(parents=True)
        (root / f"{parent}/task/{parent}/children").write_text(f"{child} 4711 ")
    (root / "44").mkdir()
    (root / "44/cmdline").write_bytes(b"/usr/bin/python3\0-P\0-m\0filter.worker\x003\0")
    found = holder(10025, root)
    assert found is not None
    assert found.is_hamgate


def test_another_program(tmp_path: Path) -> None:
    found = holder(10025, machine(tmp_path, 10025, b"/usr/sbin/exim4\0-bd\0"))
    assert found is not None
    assert (str(found), found.is_hamgate) == ("exim4 (process 42)", False)


def test_nobody_or_nothing_to_see(tmp_path: Path) -> None:
    assert holder(10026, machine(tmp_path, 10025, b"")) is None
    assert holder(10025, tmp_path / "nowhere") is None
