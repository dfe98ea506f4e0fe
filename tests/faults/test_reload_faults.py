"""What is taken up while the server runs: rows F100 and F101."""

import asyncio
import re
import shutil
import signal
from pathlib import Path
from time import monotonic

import pytest

from models.model import DEFAULT
from tests.faults.deployed import Deployed, deployed, settings
from tests.faults.process import REAL
from tests.faults.relay import FakeRelay
from tests.faults.scanners import GTUBE

pytestmark = pytest.mark.slow


SPAM = b"Subject: x\r\n\r\n" + GTUBE + b"\r\n"
HAM = b"Subject: x\r\n\r\nhello\r\n"
REFUSED = "not reloaded, all stays as it was: "
FAULTS = {
    "syntax": ("oops\n", r"hamgate\.toml:\d+: "),
    "unknown key": ("[histroy]\n", r"hamgate\.toml:\d+: unknown key 'histroy' in the file: write history"),
    "rules": ('[model]\nrules = "rules.toml"\n', r"rules\.toml:1: unknown key 'oops'"),
    "model": ('[model]\nfolder = "no-model"\n', r"no-model"),
    "certificate": (
        '[listeners.tls]\naddress = "127.0.0.1:0"\ntls = "offer"\ntls_certificate = "none.pem"\n',
        r"listener tls: certificate .*none\.pem: .*No such file",
    ),
    "port taken": (
        '[listeners.second]\naddress = "127.0.0.1:PORT"\ntrust_clients = true\n',
        r"127\.0\.0\.1:\d+ is taken by another program",
    ),
}


async def refusal(server: Deployed) -> str:
    """What the log says of a reload that was refused; further lines tell each error."""
    server.signal(signal.SIGHUP)
    await server.said(REFUSED)
    await server.deliver(HAM)  # meanwhile all lines have come
    return "\n".join(server.log)


async def taken_up(server: Deployed) -> None:
    server.signal(signal.SIGHUP)
    async with asyncio.timeout(5.0):  # the requirement
        await server.said("reloaded", whole=True)


@pytest.mark.parametrize("fault", FAULTS)
def test_f101_broken_settings_change_nothing_and_say_why(fault: str, tmp_path: Path, unused_tcp_port_held: int) -> None:
    file = tmp_path / "hamgate.toml"
    (tmp_path / "rules.toml").write_text("oops = 1\n")
    text, reason = FAULTS[fault]

    async def scenario() -> None:
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port))
            new = settings(relay.port, reject_at=2000)
            async with deployed(file, REAL) as server:
                file.write_text(new + text.replace("PORT", str(unused_tcp_port_held)))
                assert re.search(reason, await refusal(server))
                assert (await server.deliver(SPAM)).startswith(b"550 5.7.1 ")  # by the old threshold
                file.write_text(new)
                await taken_up(server)
                assert (await server.deliver(SPAM)).startswith(b"250 ")

    asyncio.run(scenario())


def test_f101_message_under_way_is_finished_by_the_old_settings(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"

    async def scenario() -> None:
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port))
            async with deployed(file) as server, await server.client() as early:
                await early.envelope()
                assert (await early.say(b"DATA")).startswith(b"354")
                early.write(SPAM)
                file.write_text(settings(relay.port, reject_at=2000))
                begin = monotonic()
                await taken_up(server)
                assert (await server.deliver(SPAM)).startswith(b"250 ")
                assert monotonic() - begin < 5.0
                assert (await early.say(b".")).startswith(b"550 5.7.1 ")
            assert len(relay.copies) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("damage", ["truncated", "swapped", "gone"])
def test_f100_model_that_is_written_while_we_load_it(damage: str, tmp_path: Path) -> None:
    file, folder = tmp_path / "hamgate.toml", tmp_path / "model"
    shutil.copytree(DEFAULT, folder)
    weights = folder / "weights.npz"

    async def scenario() -> None:
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port, more='[model]\nfolder = "model"\n'))
            async with deployed(file, REAL) as server:
                whole = weights.read_bytes()
                if damage == "gone":
                    weights.unlink()
                else:
                    weights.write_bytes(whole[: len(whole) // 2] + (b"" if damage == "truncated" else whole[:1000]))
                assert "model" in await refusal(server)
                assert (await server.deliver(SPAM)).startswith(b"550 5.7.1 ")
                weights.write_bytes(whole)
                await taken_up(server)
                assert (await server.deliver(SPAM)).startswith(b"550 5.7.1 ")

    asyncio.run(scenario())


def test_f102_message_that_kills_workers_is_tried_twice_only(tmp_path: Path) -> None:
    """Others are served meanwhile, and the sender may try as often as it likes."""
    file = tmp_path / "hamgate.toml"

    async def scenario() -> None:
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port))
            async with deployed(file, "Dies") as server:
                for _ in range(5):
                    assert (await server.deliver(b"Subject: x\r\n\r\ndie\r\n")).startswith(b"451 4.3.0 ")
                    assert (await server.deliver(HAM)).startswith(b"250 ")
                assert sum("is replaced" in line for line in server.log) == 2
                assert sum("it killed a worker twice" in line for line in server.log) >= 3
            assert len(relay.copies) == 5

    asyncio.run(scenario())
