"""`hamgate scan` as its users call it, against servers that answer well, badly or not at all."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.commands import hamgate, run
from tests.e2e.postfix import free_ports

NONSENSE = (b"", b"\x00\x00\x00\x01q", b"HTTP/1.1 200 OK\r\n\r\n{}", b"SPAMD/1.1 0 EX_OK\r\n\r\n")
LETTER = b"From: a@example.org\nSubject: lunch\n\nTwelve?\n"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.eml"
    path.write_bytes(LETTER)
    return path


@contextmanager
def answering(octets: bytes) -> Iterator[str]:
    """A server that says `octets` to whoever connects, and no more; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(30)

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.settimeout(30)
                connection.recv(65536)
                connection.sendall(octets)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join(30)


@pytest.mark.slow
@pytest.mark.parametrize("via", ["milter", "spamd", "http", "smtp"])
def test_a_server_that_is_not_there_is_said_in_one_line(via: str, letter: Path) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    done = run("scan", "--via", via, address, letter)
    assert (done.returncode, done.stdout) == (1, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith(f"hamgate: {address}: ")
    assert run("scan", "--via", via, "--exit-code", address, letter).returncode == 75


@pytest.mark.parametrize("via", ["milter", "spamd", "http"])
@pytest.mark.parametrize("octets", NONSENSE)
def test_an_answer_that_makes_no_sense_is_no_verdict(via: str, octets: bytes, letter: Path) -> None:
    with answering(octets) as address:
        done = run("scan", "--via", via, "--exit-code", "--timeout", "5", address, letter)
    assert (done.returncode, done.stdout) == (75, b"")
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_without_a_message_is_no_verdict(tmp_path: Path) -> None:
    done = run("scan", "--via", "spamd", "--exit-code", "127.0.0.1:9", tmp_path)
    assert (done.returncode, done.stdout) == (75, b"")
    assert done.stderr.decode() == f"hamgate: no message in {tmp_path}\n"


def test_an_answer_that_cannot_be_told_is_no_verdict(letter: Path) -> None:
    with answering(REPORT % (len(TEXT), TEXT)) as address, Path("/dev/full").open("wb") as full:
        done = run("scan", "--via", "spamd", "--exit-code", address, letter, stdout=full)
    assert (done.returncode, done.stderr) == (75, b"Error: the output cannot be written: No space left on device\n")


REPORT = b"""SPAMD/1.1 0 EX_OK\r
Content-length: %d\r
Spam: True ; 7.5 / 5.0\r
\r
%s"""
TEXT = b"""Content analysis details:   (7.55 points, 5.0 required)

   pts rule name              description
------ ---------------------- --------------------------------------------------
  8.05 NB_WORDS               what the model has learned
 -0.50 THREAD_GENUINE_REPLY   a reply
"""


@pytest.mark.slow
def test_the_answer_for_people_and_for_programs(letter: Path) -> None:
    reply = REPORT % (len(TEXT), TEXT)
    with answering(reply) as address:
        assert hamgate("scan", "--via", "spamd", address, letter).splitlines() == [
            f"{letter}: tag, 7.55 points, spam from 5",
            "    +8.05  NB_WORDS",
            "    -0.50  THREAD_GENUINE_REPLY",
        ]
    with answering(reply) as address:
        value = json.loads(hamgate("scan", "--via", "spamd", "--json", address, letter))
    assert (value["path"], value["action"], value["score"]) == (str(letter), "tag", 7.55)
    with answering(reply) as address:
        assert run("scan", "--via", "spamd", "--exit-code", address, letter).returncode == 1


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    done = run("scan", "--via", "http", "127.0.0.1:1", tmp_path / "no.eml")
    assert (done.returncode, done.stderr) == (1, f"hamgate: {tmp_path}/no.eml: No such file or directory\n".encode())
