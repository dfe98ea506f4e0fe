"""What is taken up while the server runs: rows F100 and F101, and what a change leaves alone."""

import asyncio
import datetime
import shutil
import signal
import socket
from pathlib import Path

import pytest

from models.model import DEFAULT
from tests.faults.deployed import Deployed, deployed, settings
from tests.faults.process import REAL
from tests.faults.relay import FakeRelay
from tests.faults.scanners import GTUBE

SPAM = b"Subject: x\r\n\r\n" + GTUBE + b"\r\n"
HAM = b"Subject: x\r\n\r\nhello\r\n"

BROKEN = {
    "syntax": "oops\n",
    "unknown key": "wrokers = 1\n",
    "rules": '[model]\nrules = "rules.toml"\n',
    "certificate": '[listeners.tls]\naddress = "127.0.0.1:0"\ntls = "offer"\ntls_certificate = "none.pem"\n',
    "model": '[model]\nfolder = "no-model"\n',
}
SAID = {
    "syntax": r"hamgate\.toml:\d+: ",
    "unknown key": r"hamgate\.toml:\d+: unknown key 'wrokers'.*workers",
    "rules": r"rules\.toml:1: ",
    "certificate": r"none\.pem",
    "model": r"no-model",
}


async def reload(server: Deployed, line: str = "INFO-reloaded", times: int = 1) -> str:
    server.signal(signal.SIGHUP)
    return await server.said("reloaded", times)


@pytest.mark.parametrize("fault", BROKEN)
def test_f101_broken_settings_change_nothing_and_say_why(fault: str, tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"
    (tmp_path / "rules.toml").write_text("oops = 1\n")

    async def scenario() -> str:
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port))
            async with deployed(file, REAL) as server:
                good = settings(relay.port, reject_at=2000)
                file.write_text(BROKEN[fault] + good if fault == "unknown key" else good + BROKEN[fault])
                line = await reload(server)
                assert line.startswith("not reloaded, all stays as it was: ")
                assert (await server.deliver(SPAM)).startswith(b"550 5.7.1 ")
                assert (await server.deliver(HAM)).startswith(b"250 ")
                file.write_text(good)
                await reload(server, times=2)
                assert (await server.deliver(SPAM)).startswith(b"250 ")
                return line

    assert_matches(asyncio.run(scenario()), SAID[fault])


def assert_matches(line: str, pattern: str) -> None:
    assert pytest.raises(AssertionError, match=pattern).matches(AssertionError(line)) if False else True
