"""What a newcomer does first: start the server as the manual says, and run the commands that it prints."""

import asyncio
import re
import signal
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
HAMGATE = str(Path(sys.executable).with_name("hamgate"))
PIPE = asyncio.subprocess.PIPE


async def send(words: list[str], message: bytes = b"") -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(HAMGATE, *words, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=ROOT)
    output, errors = await process.communicate(message)
    return process.returncode, (output + errors).decode()


async def greeting(server: asyncio.subprocess.Process) -> list[str]:
    assert server.stdout is not None
    lines: list[str] = []
    async with asyncio.timeout(30):
        while not lines or not lines[-1].startswith("and look"):
            lines.append((await server.stdout.readline()).decode().rstrip())
    return lines


def test_printed_commands_work(tmp_path: Path) -> None:
    where = ("--listen", "127.0.0.1:0", "--relay", f"maildir:{tmp_path}")
    words = ("serve", *where, "--reject-at", "500", "--workers", "1")
    spam = b"Subject: x\n\nXJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n"

    async def scenario() -> None:
        server = await asyncio.create_subprocess_exec(HAMGATE, *words, stdout=PIPE, stderr=PIPE, cwd=ROOT)
        lines = await greeting(server)
        commands = [line.split()[1:] for line in lines if line.startswith(f"  {HAMGATE} send ")]
        assert [Path(command[2]).name for command in commands] == ["ham.eml", "spam.eml"]
        for command in commands:
            assert await send(command) == (0, "250 2.6.0 Stored\n")
        code, refusal = await send([*commands[0][:2], "-"], spam)
        assert (code, refusal[:38]) == (1, "550 5.7.1 Message refused as spam [ref")
        server.send_signal(signal.SIGINT)
        _, log = await server.communicate()
        assert server.returncode == 0
        assert [re.findall(r"action=(\w+)", line) for line in log.decode().splitlines() if "ref=" in line] == [
            ["accept"],
            ["tag"],
            ["reject"],
        ]

    asyncio.run(scenario())
    stored = b"".join(path.read_bytes() for path in (tmp_path / "new").iterdir())
    assert sorted(re.findall(rb"^X-Spam-Flag: (\w+)$", stored, re.MULTILINE)) == [b"NO", b"YES"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["serve", "--listen", "::1:25"], "write an IPv6 address in brackets, as [::1]:10026"),
        (["serve", "--relay", "maildir:"], "'maildir:' is not maildir:PATH, for example maildir:./var/mail"),
        (["serve", "--reject-at", "never"], "'never' is not a number"),
        (["serve", "--tag-at", "5.001"], "'5.001': points have two decimals at most"),
        (["send", "localhost", "-"], "'localhost' is neither HOST:PORT nor unix:/PATH"),
        (["send", "127.0.0.1:1", "--to", "a b@y.test", "-"], "'a b@y.test': malformed address"),
    ],
)
def test_wrong_word_is_explained(words: list[str], line: str) -> None:
    code, output = asyncio.run(send(words))
    assert (code, line in output) == (64, True), output  # EX_USAGE


def test_send_says_that_nobody_listens() -> None:
    code, output = asyncio.run(send(["send", "127.0.0.1:1", str(ROOT / "tests/samples/ham.eml")]))
    assert (code, output) == (1, "Error: 127.0.0.1:1: cannot connect: Connection refused\n")
