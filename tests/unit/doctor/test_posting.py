"""A message for real, to a scripted server in the place of ours."""

import asyncio
from typing import Any

import pytest

from filter.doctor.finding import Finding
from filter.doctor.posting import SUBJECT, posting
from tests.certificates import shared
from tests.faults.relay import FakeRelay, Say, Step
from tests.unit.doctor.said import setup

TO = "me@y.test"


def posted(relay: FakeRelay, **listener: Any) -> Finding:
    async def scenario() -> Finding:
        async with relay:
            return await asyncio.to_thread(posting, setup(f"127.0.0.1:{relay.port}", **listener), "mx.test", TO)

    return asyncio.run(scenario())


def test_the_message_is_taken() -> None:
    relay = FakeRelay()
    finding = posted(relay)
    assert (finding.state, finding.text) == (
        "ok",
        f'inbound: 250 2.0.0 queued as 4711; now look for "{SUBJECT}" in the mailbox, and X-Spam-Flag in its header',
    )
    (copy,) = relay.copies
    assert (copy.mail, copy.rcpts) == (b"MAIL FROM:<me@y.test>", [b"RCPT TO:<me@y.test>"])
    assert b"\r\nSubject: %s\r\n" % SUBJECT.encode() in copy.content


def test_it_is_refused() -> None:
    script: dict[str, list[Step]] = {"RCPT": [Say(b"550 5.1.1 no such user\r\n")]}
    finding = posted(FakeRelay(script))
    assert (finding.state, finding.text) == (
        "fail",
        "inbound: the message to me@y.test is refused: 550 5.1.1 no such user",
    )
    assert finding.remedy.startswith("name an address that the relay takes")
    later: dict[str, list[Step]] = {"dot": [Say(b"451 4.3.0 later\r\n")]}
    assert posted(FakeRelay(later)).remedy == "see what our log says:\n$ journalctl -u hamgate -e"


def test_the_server_does_not_run() -> None:
    finding = posting(setup("127.0.0.1:1"), "mx.test", TO)
    assert (finding.state, finding.text) == ("fail", "inbound: cannot connect: Connection refused")


@pytest.mark.slow
def test_a_listener_that_wants_tls_gets_it() -> None:
    files = shared()
    relay = FakeRelay(extensions=(b"STARTTLS",))
    posted(relay, tls="require", tls_certificate=files.certificate, tls_key=files.key)
    assert b"STARTTLS" in relay.commands


def test_every_listener_asks_for_a_password() -> None:
    finding = posting(setup("127.0.0.1:1", auth=True), "mx.test", TO)
    assert (finding.state, finding.text) == ("fail", "every listener asks for a password")
