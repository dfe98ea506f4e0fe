"""Plays each `.dialog` file against the real server, with a relay that follows the same script.

# a remark
L: NAME VALUE                      (a setting of the listener; words after it make a list; "tls" brings a certificate)
N: NAME NUMBER                     (a limit)
C: what the client sends           (CRLF is added; \\r \\n \\0 \\xHH stand for octets; a last \\ takes the CRLF away)
S: what it must hear               (one line of a reply; * stands for anything)
R: STAGE what the relay answers    (replaces its good answer, once; "-" closes)
=: what the relay must have got    (a command, or MESSAGE and the number of messages)
S: -                               (the server closes the connection)
T: handshake                       (client and server go on under TLS)
"""

import asyncio
import dataclasses
import fnmatch
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from filter.smtp.limits import Limits
from filter.smtp.listener import Listener
from tests.certificates import NAME, shared
from tests.faults.client import Client
from tests.faults.house import house
from tests.faults.relay import Close, FakeRelay, Say, Step

FILES = sorted(Path(__file__).parent.glob("*.dialog"))
LIMITS = Limits(message=10_000, recipients=3, errors=4)


VALUES: dict[str, Callable[[str], object]] = {
    "protocol": str,
    "tls": str,
    "auth": lambda value: value == "true",
    "max_received": int,
    **dict.fromkeys(("proxy_protocol_from", "xforward_from", "xclient_from"), lambda value: tuple(value.split())),
}


def octets(text: str) -> bytes:
    """Undo the escapes of a C: line."""
    whole = text.removesuffix("\\")
    line = whole.encode().decode("unicode_escape").encode("latin-1") if "\\" in whole else whole.encode()
    return line if whole != text else line + b"\r\n"


def script(lines: list[tuple[str, str]]) -> dict[str, list[Step]]:
    steps: dict[str, list[Step]] = {}
    for kind, text in lines:
        if kind == "R":
            stage, _, answer = text.partition(" ")
            steps.setdefault(stage, []).append(Say(octets(answer)) if answer != "-" else Close())
    return steps


def listener(lines: list[tuple[str, str]]) -> Listener:
    settings: dict[str, Any] = {}
    for name, _, value in (text.partition(" ") for kind, text in lines if kind == "L"):
        if name == "tls":
            settings |= {"tls_certificate": shared().certificate, "tls_key": shared().key}
        settings[name] = VALUES[name](value)
    return Listener(**settings)


def limits(lines: list[tuple[str, str]]) -> Limits:
    numbers = (text.split() for kind, text in lines if kind == "N")
    return dataclasses.replace(LIMITS, **{name: int(number) for name, number in numbers})


def parse(path: Path) -> list[tuple[str, str]]:
    lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    assert all(line[:2] in ("C:", "S:", "R:", "=:", "L:", "N:", "T:") for line in lines), path
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
    async with (
        relay,
        house(relay.port, limits=limits(lines), listener=listener(lines)) as proxy,
        await proxy.client() as client,
    ):
        for kind, text in lines:
            if kind == "C":
                client.write(octets(text))
            elif kind == "S":
                await expect(client, text)
            elif kind == "T":
                await client.writer.start_tls(shared().client(), server_hostname=NAME)
            elif kind == "=":
                check_relay(relay, text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_dialog(path: Path) -> None:
    asyncio.run(play(path))
