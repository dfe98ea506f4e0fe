"""What a parent keeps for its children: chosen ports, and unix sockets."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from filter.child import StartError
from filter.config.settings import ListenerSettings, Settings
from filter.held import hold
from filter.milter.settings import MilterDoor


def milter(path: Path, **more: str) -> Settings:
    return Settings(milters={"postfix": MilterDoor(address=f"unix:{path}", **more)})  # type: ignore[arg-type]


def test_port_0_becomes_one_port_for_all_children() -> None:
    settings = Settings(listeners={"in": ListenerSettings(address="127.0.0.1:0")})
    held = hold(settings, {})
    try:
        address = held.over(settings).listeners["in"].address
        assert address == str(held.ports["in"][0])
        assert not address.endswith(":0")
    finally:
        held.close()


def test_a_unix_socket_is_bound_and_shared(tmp_path: Path) -> None:
    settings = milter(tmp_path / "s")
    held = hold(settings, {})
    try:
        assert (tmp_path / "s").is_socket()
        assert held.over(settings) == settings
        with socket.socket(socket.AF_UNIX) as client, pytest.raises(ConnectionRefusedError):
            client.connect(str(tmp_path / "s"))  # nobody is let in before a child serves
    finally:
        held.close()


def test_a_new_unix_socket_takes_a_restart(tmp_path: Path) -> None:
    held = hold(milter(tmp_path / "s"), {})
    try:
        with pytest.raises(StartError, match=r"postfix: unix:.*other is new, and .* takes a restart"):
            held.over(milter(tmp_path / "other"))
        assert held.over(replace(milter(tmp_path / "s"), drain=1.0)).drain == 1.0
    finally:
        held.close()


def test_what_systemd_passed_is_not_bound_again(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as passed:
        passed.bind(str(tmp_path / "s"))
        held = hold(milter(tmp_path / "s"), {"postfix": passed})
        assert held.paths["postfix"][1] is passed


@pytest.mark.parametrize(
    ("path", "more", "wrong"),
    [
        ("no/folder/s", {}, "its folder is not there: make it"),
        ("file", {}, "there is a file that is no socket: remove it, or choose another path"),
        ("s", {"socket_group": "no-such-group"}, "there is no such group"),
        ("x" * 200, {}, "AF_UNIX path too long"),
    ],
)
def test_why_a_unix_socket_cannot_be_had(path: str, more: dict[str, str], wrong: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match=wrong):
        hold(milter(tmp_path / path, **more), {})
