"""Sessions with the relay that carry one client's message after another's: which are kept, and which never."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from filter.smtp import reuse
from filter.smtp.peer import Peer
from filter.smtp.probe import survey
from filter.smtp.relay import Hop, RelayError
from filter.smtp.relay_settings import Language, RelaySettings
from filter.smtp.upstream import SmtpRelay
from tests.faults.house import SHORT
from tests.faults.relay import FakeRelay, Say, Step

MAIL = b"MAIL FROM:<s@x.test>"
RCPT = b"RCPT TO:<r@y.test>"


class Office:
    """A relay, and our side of it with sessions that wait for `seconds`."""

    def __init__(self, relay: FakeRelay, seconds: float, protocol: Language) -> None:
        self.relay = relay
        settings = RelaySettings((f"127.0.0.1:{relay.port}",), protocol, reuse=seconds, patience=SHORT)
        self.ours = SmtpRelay(settings, "proxy.test")

    async def open(self) -> Hop:
        return await self.ours.open(Peer("192.0.2.1"))

    async def deliver(self, hop: Hop, *rcpts: bytes) -> None:
        """Bring a message whole."""
        assert (await hop.mail(MAIL)).code == 250
        for rcpt in rcpts or (RCPT,):
            await hop.rcpt(rcpt)
        assert (await hop.data()).code == 354
        await hop.body([b"hello\r\n"])
        await hop.commit()

    async def served(self) -> None:
        """A client has brought a message and is gone."""
        hop = await self.open()
        await self.deliver(hop)
        hop.close()


def play(
    scenario: Callable[[Office], Awaitable[None]],
    script: dict[str, list[Step]] | None = None,
    seconds: float = 10.0,
    lmtp: bool = False,
) -> None:
    async def run() -> None:
        async with asyncio.timeout(20), FakeRelay(script, lmtp=lmtp) as relay:
            await scenario(Office(relay, seconds, "lmtp" if lmtp else "smtp"))

    asyncio.run(run())


def test_messages_of_several_clients_go_over_one_connection() -> None:
    async def scenario(office: Office) -> None:
        for _ in range(3):
            await office.served()
        assert (office.relay.connections, len(office.relay.copies)) == (1, 3)
        assert office.relay.commands == [b"EHLO proxy.test", *[MAIL, RCPT, b"DATA"] * 3]

    play(scenario)


def test_without_the_setting_each_client_has_its_own_connection() -> None:
    async def scenario(office: Office) -> None:
        await office.served()
        await office.served()
        assert (office.relay.connections, len(office.relay.copies)) == (2, 2)

    play(scenario, seconds=0.0)


def test_clients_at_one_time_do_not_share_a_connection() -> None:
    async def scenario(office: Office) -> None:
        await office.served()
        first, second = await office.open(), await office.open()
        await first.mail(MAIL)
        await second.mail(MAIL)
        assert office.relay.connections == 2
        first.close()
        second.close()

    play(scenario)


async def _nothing(_: Hop) -> None:
    """Go away after EHLO."""


async def _mail(hop: Hop) -> None:
    await hop.mail(MAIL)


async def _mail_and_rset(hop: Hop) -> None:
    await hop.mail(MAIL)
    await hop.rset()


async def _midst_of_message(hop: Hop) -> None:
    await hop.mail(MAIL)
    await hop.rcpt(RCPT)
    await hop.data()


async def _login(hop: Hop) -> None:
    await hop.auth(b"AUTH PLAIN AGEAYg==")


@pytest.mark.parametrize("client", [_nothing, _mail, _mail_and_rset, _midst_of_message, _login])
def test_session_that_is_not_at_rest_after_a_message_serves_nobody_else(
    client: Callable[[Hop], Awaitable[None]],
) -> None:
    async def scenario(office: Office) -> None:
        hop = await office.open()
        await client(hop)
        hop.close()
        await office.relay.left.wait()
        await office.served()
        assert office.relay.connections == 2

    play(scenario)


@pytest.mark.parametrize("client", [_mail, _midst_of_message, _login])
def test_nor_does_one_that_served_others_before(client: Callable[[Hop], Awaitable[None]]) -> None:
    async def scenario(office: Office) -> None:
        await office.served()
        hop = await office.open()
        await client(hop)
        hop.close()
        await office.relay.left.wait()
        before = office.relay.connections
        await office.served()
        assert office.relay.connections == before + 1

    play(scenario)


@pytest.mark.parametrize(
    "script",
    [{"RCPT": [Say(b"550 5.1.1 no\r\n")]}, {"dot": [Say(b"550 5.7.1 no\r\n")]}, {"dot": [Say(b"451 4.3.0 no\r\n")]}],
    ids=["RCPT 550", "dot 550", "dot 451"],
)
def test_session_that_heard_a_refusal_serves_nobody_else(script: dict[str, list[Step]]) -> None:
    """A relay counts them, and slows down who has had many: that must not fall upon the next client."""

    async def scenario(office: Office) -> None:
        hop = await office.open()
        await office.deliver(hop, RCPT, RCPT)
        hop.close()
        await office.relay.left.wait()
        await office.served()
        assert office.relay.connections == 2

    play(scenario, script)


def test_each_recipient_of_lmtp_must_have_been_taken() -> None:
    async def scenario(office: Office) -> None:
        await office.served()
        hop = await office.open()
        await office.deliver(hop, RCPT, RCPT)
        hop.close()
        await office.served()
        assert office.relay.connections == 2

    play(scenario, {"dot": [Say(b"250 ok\r\n"), Say(b"250 ok\r\n"), Say(b"550 no\r\n")]}, lmtp=True)


def test_login_gets_a_session_that_was_nobody_elses() -> None:
    async def scenario(office: Office) -> None:
        await office.served()
        hop = await office.open()
        await hop.auth(b"AUTH PLAIN AGEAYg==")
        assert office.relay.connections == 2
        hop.close()

    play(scenario)


@pytest.mark.parametrize("refusal", [b"421 4.7.0 too many messages", b"452 4.5.3 too many", b"550 5.7.1 no more"])
def test_what_a_used_session_says_of_mail_counts_only_if_a_new_one_says_it_too(refusal: bytes) -> None:
    async def scenario(office: Office) -> None:
        await office.served()
        office.relay.script["MAIL"] = [Say(refusal + b"\r\n")]
        await office.served()
        assert (office.relay.connections, len(office.relay.copies)) == (2, 2)

    play(scenario)


def test_refusal_of_a_new_session_is_heard() -> None:
    async def scenario(office: Office) -> None:
        await office.served()
        office.relay.script["MAIL"] = [Say(b"450 4.1.8 no\r\n"), Say(b"550 5.1.8 no\r\n")]
        hop = await office.open()
        assert (await hop.mail(MAIL)).code == 550
        hop.close()

    play(scenario)


def test_if_there_is_no_new_session_the_relay_is_out_of_order() -> None:
    async def scenario(office: Office) -> None:
        await office.served()
        hop = await office.open()
        await office.relay.die()
        with pytest.raises(RelayError):
            await hop.mail(MAIL)
        hop.close()

    play(scenario)


def test_session_that_the_relay_ended_meanwhile_is_not_taken() -> None:
    async def scenario(office: Office) -> None:
        hops = [await office.open() for _ in range(2)]
        for hop in hops:
            await office.deliver(hop)
        for hop in hops:
            hop.close()
        await office.relay.die()
        await office.relay.__aenter__()
        await office.served()
        assert (office.relay.connections, len(office.relay.copies)) == (3, 3)

    play(scenario)


def test_nobody_waits_longer_than_the_setting_says() -> None:
    async def scenario(office: Office) -> None:
        await office.served()
        await office.relay.left.wait()
        assert office.relay.commands[-1] == b"QUIT"
        await office.served()
        assert office.relay.connections == 2

    play(scenario, seconds=0.02)


def test_a_session_serves_only_so_many_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reuse, "MESSAGES", 2)

    async def scenario(office: Office) -> None:
        for _ in range(5):
            await office.served()
        assert office.relay.connections == 3

    play(scenario)


def test_only_so_many_sessions_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reuse, "IDLE", 1)

    async def scenario(office: Office) -> None:
        hops = [await office.open() for _ in range(2)]
        for hop in hops:
            await office.deliver(hop)
        for hop in hops:
            hop.close()
        await office.relay.left.wait()
        assert office.relay.commands[-1] == b"QUIT"

    play(scenario)


def test_a_survey_of_the_relay_sees_what_it_would_see_without_reuse() -> None:
    async def scenario(office: Office) -> None:
        found = await survey(office.ours)
        assert (found.greeting, found.open_relay) == ("relay ESMTP", True)

    play(scenario)


def test_a_session_is_laid_aside_once_however_often_it_is_closed() -> None:
    async def scenario(office: Office) -> None:
        hop = await office.open()
        await office.deliver(hop)
        hop.close()
        hop.close()
        first, second = await office.open(), await office.open()
        await first.mail(MAIL)
        await second.mail(MAIL)
        assert office.relay.connections == 2
        first.close()
        second.close()

    play(scenario)


def test_sessions_that_wait_end_with_a_word_when_the_server_stops() -> None:
    async def scenario(office: Office) -> None:
        await office.served()
        office.ours.end()
        await office.relay.left.wait()
        assert office.relay.commands[-1] == b"QUIT"
        await office.served()
        assert office.relay.connections == 2

    play(scenario)
