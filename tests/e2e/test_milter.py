"""Our milter and miltertest, which talks to it as Sendmail does: a script for every stage and every action.

The scripts in `milter/` stand for themselves: each fails with its reason if an answer is not the one expected.
"""

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from filter.door.guests import Guests
from filter.door.limits import DoorLimits
from filter.envelope import Envelope
from filter.milter.server import Session
from filter.policy import Policy
from filter.pool import ScanError
from filter.terms import PolicyBook, RecipientTerms
from filter.verdict import Verdict
from tests.conftest import require
from tests.e2e.postfix import program
from tests.judge import FakeJudge
from tests.unit.milter.talk import desk, table

SCRIPTS = Path(__file__).parent / "milter"
NAMES = sorted(path.stem for path in SCRIPTS.glob("*.lua") if path.stem != "common")
BOOK = PolicyBook(
    Policy(5.0, 15.0),
    recipients={
        "tag@y.test": RecipientTerms(reject_at="off"),
        "hold@y.test": RecipientTerms(reject_at="off", hold_at=15.0),
    },
)
LIMIT = 256 * 1024


class Judge(FakeJudge):
    """Cannot judge a message that says so."""

    def verdict(self, raw: bytes, clues: int) -> Verdict:
        if b"no verdict" in raw:
            raise ScanError("as asked for")
        return super().verdict(raw, clues)


@contextlib.asynccontextmanager
async def milter(judge: FakeJudge, path: str = "") -> AsyncIterator[str]:
    """Our milter at a unix socket or on a free port; its name in the words of miltertest."""
    loop = asyncio.get_running_loop()
    limits = DoorLimits(message=LIMIT)
    guests = Guests(limits)

    def make() -> Session:
        return Session(desk(judge, None, BOOK), table(), limits, guests, loop)

    if path:
        server = await loop.create_unix_server(make, path)
    else:
        server = await loop.create_server(make, "127.0.0.1", 0)
    try:
        yield f"unix:{path}" if path else f"inet:{server.sockets[0].getsockname()[1]}@127.0.0.1"
        async with asyncio.timeout(10):
            await guests.gone()
    finally:
        server.close()


async def miltertest(name: str, socket: str) -> tuple[int, str]:
    """Exit code, and what it says."""
    process = await asyncio.create_subprocess_exec(
        program("miltertest") or "miltertest", "-w", "-s", str(SCRIPTS / f"{name}.lua"),
        "-D", f"SOCKET={socket}", "-D", f"COMMON={SCRIPTS / 'common.lua'}",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode("utf-8", "replace")


@pytest.fixture(autouse=True)
def may_run_miltertest() -> None:
    require(program("miltertest") is not None, "needs miltertest (Debian: apt install miltertest)")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", ["unix", "TCP"])
def test_script(name: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "ref")

    async def scenario() -> None:
        async with milter(Judge(), str(tmp_path / "socket") if way == "unix" else "") as socket:
            assert await miltertest(name, socket) == (0, "")

    asyncio.run(scenario())


def test_there_is_a_script_for_every_stage_and_every_action() -> None:
    stages = "negotiate connect helo mail rcpt data header eoh body eom abort unknown disconnect"
    assert set(NAMES) == {*stages.split(), "reject", "tempfail", "quarantine"}


def test_a_script_can_fail(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with milter(Judge(ScanError("never")), str(tmp_path / "socket")) as socket:
            code, output = await miltertest("eom", socket)
            assert code != 0
            assert "end of message: y instead of a" in output

    asyncio.run(scenario())


def test_what_a_mail_server_tells_is_what_is_judged(tmp_path: Path) -> None:
    judge = Judge()

    async def scenario() -> None:
        async with milter(judge, str(tmp_path / "socket")) as socket:
            assert await miltertest("disconnect", socket) == (0, "")

    asyncio.run(scenario())
    assert judge.messages == [b"From: s@x.test\r\nSubject: hello\r\n\r\nGood morning.\r\n"]
    (envelope,) = judge.envelopes
    assert envelope == Envelope(b"s@x.test", (b"r@y.test",), "192.0.2.7", b"client.test", "anna", "mta")
