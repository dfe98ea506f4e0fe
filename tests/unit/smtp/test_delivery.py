"""One message handed to a server."""

import asyncio

import pytest

from filter.smtp.address import AddressError
from filter.smtp.delivery import command, deliver
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.upstream import SmtpRelay
from tests.faults.relay import FakeRelay, Say, Step

MESSAGE = b"Subject: x\r\n\r\nHello\r\n"


def delivered(script: dict[str, list[Step]], message: bytes = MESSAGE) -> tuple[bytes, int]:
    """The last reply, and how many messages the relay has."""

    async def scenario() -> tuple[bytes, int]:
        async with FakeRelay(script) as relay:
            server = SmtpRelay(RelaySettings((f"127.0.0.1:{relay.port}",)), "us.test")
            reply = await deliver(server, message, command("MAIL FROM", "a@x.test"), command("RCPT TO", "b@y.test"))
            assert all(copy.content == MESSAGE for copy in relay.copies)
            return bytes(reply), len(relay.copies)

    return asyncio.run(scenario())


def test_the_last_word_is_returned() -> None:
    assert delivered({}) == (b"250 2.0.0 queued as 4711\r\n", 1)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "dot"])
def test_so_is_the_first_refusal(verb: str) -> None:
    assert delivered({verb: [Say(b"550 5.7.1 no\r\n")]}) == (b"550 5.7.1 no\r\n", 0)


@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\r\n"])
def test_lines_end_as_smtp_has_them(line_end: bytes) -> None:
    assert delivered({}, MESSAGE.replace(b"\r\n", line_end))[1] == 1


def test_commands_hold_one_address() -> None:
    assert command("RCPT TO", "b@y.test") == b"RCPT TO:<b@y.test>"
    with pytest.raises(AddressError):
        command("RCPT TO", "b@y.test>\r\nDATA")
