"""`hamgate send` as its users call it: the server's answer on the screen and in the exit code."""

import asyncio
import socket
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.commands import run
from tests.faults.relay import Close, Copy, FakeRelay, Say, Step

LETTER = b"Subject: lunch\n\n.\nTwelve?\rNo.\r\n"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.eml"
    path.write_bytes(LETTER)
    return path


def send(
    *arguments: object, stdin: bytes = b"", script: dict[str, list[Step]] | None = None
) -> tuple[CompletedProcess[bytes], list[Copy]]:
    """Send to a server that follows `script`; returns how the command ended, and what the server has then."""

    async def scenario() -> tuple[CompletedProcess[bytes], list[Copy]]:
        async with FakeRelay(script) as server:
            return await asyncio.to_thread(
                run, "send", f"127.0.0.1:{server.port}", *arguments, stdin=stdin
            ), server.copies

    return asyncio.run(scenario())


def test_message_is_sent_with_the_line_ends_of_smtp_and_the_answer_shown(letter: Path) -> None:
    done, (copy,) = send(letter)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"250 2.0.0 queued as 4711\n", b"")
    assert copy.content == b"Subject: lunch\r\n\r\n.\r\nTwelve?\r\nNo.\r\n"
    assert copy.mail == b"MAIL FROM:<sender@example.org>"
    assert copy.rcpts == [b"RCPT TO:<recipient@example.org>"]


def test_standard_input_and_addresses() -> None:
    done, (copy,) = send("--from", "", "--to", '"a b"@y.test', "-", stdin=LETTER)
    assert done.returncode == 0
    assert (copy.mail, copy.rcpts) == (b"MAIL FROM:<>", [b'RCPT TO:<"a b"@y.test>'])


def test_answer_of_many_lines_is_shown_whole(letter: Path) -> None:
    done, _ = send(letter, script={"dot": [Say(b"250-2.0.0 one\r\n250 2.0.0 two\r\n")]})
    assert done.stdout.splitlines() == [b"250-2.0.0 one", b"250 2.0.0 two"]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "dot"])
def test_refusal_is_shown_and_exits_1(stage: str, letter: Path) -> None:
    done, copies = send(letter, script={stage: [Say(b"550 5.7.1 not today\r\n")]})
    assert (done.returncode, done.stdout, done.stderr) == (1, b"550 5.7.1 not today\n", b"")
    assert copies == []


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ({"greeting": [Say(b"554 no\r\n")]}, "expected 220, heard b'554 no\\r\\n'"),
        ({"dot": [Close()]}, "the relay closed the connection"),
    ],
)
def test_server_out_of_order_is_one_line_and_exits_1(script: dict[str, list[Step]], text: str, letter: Path) -> None:
    done, _ = send(letter, script=script)
    assert (done.returncode, done.stdout) == (1, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("Error: 127.0.0.1:")
    assert line.endswith(f": {text}")


def test_unreachable_server_is_one_line_and_exits_1(letter: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, but not listening
        address = f"127.0.0.1:{held.getsockname()[1]}"
        done = run("send", address, letter)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == f"Error: {address}: cannot connect: Connection refused\n"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["localhost", "-"], "'localhost' is neither HOST:PORT nor unix:/PATH"),
        (["::1:25", "-"], "write an IPv6 address in brackets"),
        (["127.0.0.1:1", "/nowhere.eml"], "No such file or directory"),
        (["127.0.0.1:1", "--from", "a>\r\nRCPT TO:<b", "-"], "malformed address"),
        (["127.0.0.1:1", "--to", "a b@y.test", "-"], "'a b@y.test': malformed address"),
        (["127.0.0.1:1"], "Missing argument 'FILE'"),
    ],
)
def test_wrong_words_exit_64(arguments: list[str], text: str) -> None:
    done = run("send", *arguments)
    assert done.returncode == 64
    assert text in done.stderr.decode()
    assert b"Traceback" not in done.stderr
