"""A relay as a whole: an address that answers, and one that heard who the client is."""

import asyncio

import pytest

from filter.smtp.peer import Peer
from filter.smtp.relay import RelayError
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.upstream import SmtpRelay
from tests.faults.relay import FakeRelay, Say, Step

CLIENT = Peer("192.0.2.1", helo=b"client.test")


def test_session_begins_with_ehlo_and_ends_with_quit() -> None:
    async def scenario() -> None:
        async with FakeRelay(extensions=(b"DSN",)) as relay:
            hop = await SmtpRelay(RelaySettings((f"127.0.0.1:{relay.port}",)), "proxy.test").open(CLIENT)
            await hop.mail(b'MAIL FROM:<"a b"@x.test> RET=hdrs')
            assert relay.commands == [b"EHLO proxy.test", b'MAIL FROM:<"a b"@x.test> RET=hdrs']
            hop.close()

    asyncio.run(scenario())


def test_client_is_introduced_before_anything_else() -> None:
    async def scenario() -> None:
        async with FakeRelay(None, (b"XCLIENT ADDR",)) as relay:
            settings = RelaySettings((f"127.0.0.1:{relay.port}",), forward="xclient")
            hop = await SmtpRelay(settings, "proxy.test").open(CLIENT)
            assert relay.commands == [b"EHLO proxy.test", b"XCLIENT ADDR=192.0.2.1", b"EHLO client.test"]
            hop.close()

    asyncio.run(scenario())


def test_client_that_the_relay_does_not_like_is_no_fault_of_the_address() -> None:
    async def scenario() -> None:
        script: dict[str, list[Step]] = {"XCLIENT": [Say(b"554 5.7.1 not that one\r\n")]}
        async with FakeRelay(script, (b"XCLIENT ADDR",)) as first, FakeRelay() as second:
            addresses = tuple(f"127.0.0.1:{relay.port}" for relay in (first, second))
            relay = SmtpRelay(RelaySettings(addresses, forward="xclient"), "proxy.test")
            with pytest.raises(RelayError, match="expected 220, heard b'554 "):
                await relay.open(CLIENT)
            assert second.connections == 0
            async with asyncio.timeout(5):
                await first.left.wait()  # the session must not be left open
            assert [bool(state.fault) for state in relay.states()] == [False, False]

    asyncio.run(scenario())


def test_name_in_the_log() -> None:
    settings = RelaySettings(("mail.test:25", "[::1]:25", "unix:/run/lmtp"))
    assert str(SmtpRelay(settings, "proxy.test")) == "mail.test:25, [::1]:25, unix:/run/lmtp"
