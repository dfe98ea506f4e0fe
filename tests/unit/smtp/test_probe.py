"""The question whether the relay would send anybody's mail anywhere, and what follows from the answer."""

import asyncio
import logging
import os
import signal
from pathlib import Path

import pytest

from filter.child import StartError
from filter.serving import run
from filter.smtp.maildir import MaildirRelay
from filter.smtp.probe import relays_anywhere, survey
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.upstream import SmtpRelay
from tests.conftest import ROOT
from tests.faults.relay import FakeRelay, Say, Step
from tests.settings import small

Script = dict[str, list[Step]]
CLOSED: Script = {"RCPT": [Say(b"554 5.7.1 Relay access denied\r\n")]}
NO_NULL_SENDER: Script = {"MAIL": [Say(b"550 5.7.1 no bounces\r\n")]}


NO_SUCH_DOMAIN: Script = {"RCPT": [Say(b"556 5.1.10 Domain does not accept mail\r\n")]}
NO_DNS: Script = {"RCPT": [Say(b"450 4.1.2 Domain not found\r\n")]}


@pytest.mark.parametrize(
    ("script", "open_relay"),
    [({}, True), (CLOSED, False), (NO_NULL_SENDER, False), (NO_SUCH_DOMAIN, None), (NO_DNS, None)],
)
def test_the_relay_is_asked_without_sending_a_message(script: Script, open_relay: bool | None) -> None:
    async def scenario() -> None:
        async with FakeRelay(script) as relay:
            assert (
                await relays_anywhere(SmtpRelay(RelaySettings((f"127.0.0.1:{relay.port}",)), "proxy.test"))
                is open_relay
            )
            assert b"DATA" not in relay.commands
            assert relay.copies == []

    asyncio.run(scenario())


def test_a_survey_tells_what_the_relay_says_of_itself() -> None:
    async def scenario() -> None:
        async with FakeRelay(CLOSED, (b"auth PLAIN LOGIN", b"XCLIENT ADDR HELO")) as relay:
            settings = RelaySettings((f"127.0.0.1:{relay.port}",), forward="xclient")
            found = await survey(SmtpRelay(settings, "proxy.test"))
            assert (found.greeting, found.open_relay) == ("relay ESMTP", False)
            assert found.extensions == {b"AUTH": b"PLAIN LOGIN", b"XCLIENT": b"ADDR HELO", b"SIZE": b""}
            assert 0 < found.seconds < 10
            assert b"XCLIENT ADDR=192.0.2.1 HELO=hamgate-open-relay-test.example.com" in relay.commands

    asyncio.run(scenario())


def test_a_survey_of_a_maildir(tmp_path: Path) -> None:
    found = asyncio.run(survey(MaildirRelay(tmp_path)))
    assert (found.greeting, found.extensions, found.open_relay) == ("", {}, True)


def start(listen: str, script: Script, monkeypatch: pytest.MonkeyPatch, *, trust: bool = False) -> None:
    """Start a server until it is ready, or refuses."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    async def scenario() -> None:
        async with FakeRelay(script) as relay:
            settings = small(f"127.0.0.1:{relay.port}", f"{listen}:0", trust=trust)
            await run(settings, lambda _: os.kill(os.getpid(), signal.SIGTERM), factory="tests.faults.scanners:Fair")

    asyncio.run(scenario())


def test_an_open_relay_behind_a_public_address_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StartError, match=r"open relay: .* mynetworks.* --trust-clients"):
        start("0.0.0.0", {}, monkeypatch)


@pytest.mark.parametrize(
    ("listen", "script", "trust"), [("127.0.0.1", {}, False), ("0.0.0.0", CLOSED, False), ("0.0.0.0", {}, True)]
)
def test_otherwise_it_starts(listen: str, script: Script, trust: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    start(listen, script, monkeypatch, trust=trust)


def test_a_relay_that_is_down_is_only_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "hamgate.service"):
        start("127.0.0.1", {"greeting": [Say(b"421 not now\r\n")]}, monkeypatch)
    assert "does not answer" in caplog.text
