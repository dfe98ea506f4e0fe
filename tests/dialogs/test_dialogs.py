"""Plays each `.dialog` file against the real server, with a relay that follows the same script.

# a remark
C: what the client sends           (CRLF is added; \\r \\n \\0 \\xHH stand for octets; a last \\ takes the CRLF away)
S: what it must hear               (one line of a reply; * stands for anything)
R: STAGE what the relay answers    (replaces its good answer, once; "-" closes)
=: what the relay must have got    (a command, or MESSAGE and the number of messages)
S: -                               (the server closes the connection)
"""

import asyncio
import fnmatch
from pathlib import Path

import pytest

from filter.smtp.limits import Limits
from tests.faults.client import Client
from tests.faults.house import house
from tests.faults.relay import Close, FakeRelay, Say, Step

FILES = sorted(Path(__file__).parent.glob("*.dialog"))
LIMITS = Limits(message=10_000, recipients=3, errors=4)


def octets(text: str) -> bytes:
    """Undo the escapes of a C: line."""
    line = text.encode().decode("unicode_escape").encode("latin-1") if "\\" in text.rstrip("\\") else text.encode()
    return line[:-1] if text.endswith("\\") else line + b"\r\n"


def script(lines: list[tuple[str, str]]) -> dict[str, list[Step]]:
    steps: dict[str, list[Step]] = {}
    for kind, text in lines:
        if kind == "R":
            stage, _, answer = text.partition(" ")
            steps.setdefault(stage, []).append(Say(octets(answer)) if answer != "-" else Close())
    return steps


def parse(path: Path) -> list[tuple[str, str]]:
    lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    assert all(line[:2] in ("C:", "S:", "R:", "=:") for line in lines), path
    return [(line[0], line[3:]) for line in lines]


async def expect(client: Client, pattern: str) -> None:
    async with asyncio.timeout(10):
        line = await client.reader.readline()
    if pattern == "-":
        assert line == b"", "the server should have closed the connection"
    else:
        heard = line.decode("utf-8", "backslashreplace").removesuffix("\r\n")
        assert fnmatch.fnmatchcase(heard, pattern.replace("[", "[[]")), f"expected {pattern!r}, heard {heard!r}"


def check_relay(relay: FakeRelay, text: str) -> None:
    if text.startswith("MESSAGE "):
        assert len(relay.copies) == int(text.split()[1])
    else:
        assert text.encode() in relay.commands


async def play(path: Path) -> None:
    lines = parse(path)
    relay = FakeRelay(script(lines))
    async with relay, house(relay.port, limits=LIMITS) as proxy, await proxy.client() as client:
        for kind, text in lines:
            if kind == "C":
                client.write(octets(text))
            elif kind == "S":
                await expect(client, text)
            elif kind == "=":
                check_relay(relay, text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_dialog(path: Path) -> None:
    asyncio.run(play(path))
