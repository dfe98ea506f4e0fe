"""Unix sockets: left ones are taken over, living ones never, and only those may connect who should."""

import os
import socket
import stat
from pathlib import Path

import pytest

from filter.door.unix import parse_mode, unix_socket


def test_it_is_for_those_that_its_mode_lets_in(tmp_path: Path) -> None:
    with unix_socket(str(tmp_path / "s"), "0600"):
        assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o600


def test_what_a_dead_server_left_is_taken_over(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    unix_socket(path, "0660").close()
    with unix_socket(path, "0660") as again, socket.socket(socket.AF_UNIX) as client:
        again.listen()
        client.connect(path)


def test_a_living_server_keeps_its_place(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with unix_socket(path, "0660") as first:
        first.listen()
        with pytest.raises(OSError, match="in use"):
            unix_socket(path, "0660")
        assert (tmp_path / "s").is_socket()


def test_a_file_is_no_socket_and_stays(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("mine")
    with pytest.raises(OSError, match="no socket"):
        unix_socket(str(tmp_path / "s"), "0660")
    assert (tmp_path / "s").read_text() == "mine"


def test_a_group_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        unix_socket(str(tmp_path / "s"), "0660", "no-such-group")
    assert not (tmp_path / "s").exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give a file to any group")
def test_the_group_may_be_another(tmp_path: Path) -> None:
    with unix_socket(str(tmp_path / "s"), "0660", "daemon"):
        assert (tmp_path / "s").group() == "daemon"


@pytest.mark.parametrize("text", ["", "rw", "0o660", "888", "-660", "10000", "1777"])
def test_what_is_no_mode(text: str) -> None:
    with pytest.raises(ValueError, match="octal"):
        parse_mode(text)
