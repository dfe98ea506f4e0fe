"""MAIL to the final dot: what is counted, who is told what, and when the line is cut."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from filter.policy import Policy
from filter.reply import Reply
from filter.smtp.data import DataReader
from filter.smtp.limits import Limits
from filter.smtp.listener import Listener
from filter.terms import PolicyBook, RecipientTerms
from tests.faults.client import HAM, Client
from tests.faults.house import House, house
from tests.faults.scanners import GTUBE
from tests.judge import FakeJudge
from tests.unit.smtp.memory import GO, NO, OK, MemoryHop, MemoryRelay

LATER = Reply.of(450, "", "Later")


def play(
    scenario: Callable[[House, Client], Awaitable[None]],
    hop: MemoryHop,
    listener: Listener | None = None,
    limits: Limits | None = None,
) -> None:
    async def run() -> None:
        async with house(MemoryRelay(hop), limits=limits, listener=listener) as proxy, await proxy.client() as client:
            await client.reply()
            await scenario(proxy, client)

    asyncio.run(run())


def test_each_recipient_of_lmtp_hears_the_relays_word_on_it() -> None:
    async def scenario(_: House, client: Client) -> None:
        await client.say(b"LHLO client.test")
        await client.envelope(b"a@y.test", b"b@y.test", b"c@y.test")
        assert [await client.data(), await client.reply(), await client.reply()] == [
            b"250 Ok\r\n", b"550 No\r\n", b"450 Later\r\n",
        ]  # fmt: skip

    play(scenario, MemoryHop(OK, OK, OK, OK, GO, OK, OK, NO, LATER, lmtp=True), Listener(protocol="lmtp"))


def test_each_recipient_of_lmtp_hears_their_policys_word_and_the_next_command_its_own() -> None:
    """One reply too few, and a client that sent QUIT ahead takes 221 for the fate of a message."""
    book = PolicyBook(Policy(5.0, 15.0), recipients={"b@y.test": RecipientTerms(reject_at="off")})
    recipients = (b"a@y.test", b"b@y.test", b"c@y.test")
    hops = MemoryHop(OK, OK, OK, OK, lmtp=True), MemoryHop(OK, OK, GO, OK, OK, lmtp=True)

    async def scenario() -> None:
        async with (
            house(MemoryRelay(*hops), policy=book, listener=Listener(protocol="lmtp")) as proxy,
            await proxy.client() as client,
        ):
            await client.reply()
            await client.say(b"LHLO client.test")
            await client.envelope(*recipients)
            await client.say(b"DATA")
            client.write(b"Subject: x\r\n\r\n%s\r\n.\r\nQUIT\r\n" % GTUBE)
            assert [(await client.reply())[:3] for _ in range(4)] == [b"550", b"250", b"550", b"221"]
        assert hops[1].heard[:2] == [b"MAIL FROM:<s@x.test>", b"RCPT TO:<b@y.test>"]

    asyncio.run(scenario())


@pytest.mark.parametrize("count", [50, 51])
def test_f107_message_in_circles_is_refused(count: int) -> None:
    async def scenario(proxy: House, client: Client) -> None:
        await client.say(b"HELO client.test")
        await client.envelope()
        reply = await client.data(b"Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000\r\n" * count + HAM)
        assert reply.startswith(b"250" if count == 50 else b"554 5.4.6 ")
        assert len(proxy.judge.messages) == (count == 50)

    play(scenario, MemoryHop(OK, OK, GO, OK, OK))


def test_fault_in_the_midst_of_a_message_ends_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left of the message must not be heard as commands."""

    def broken(_: DataReader, data: bytes) -> bytes:
        raise ValueError("secret")

    async def scenario(_: House, client: Client) -> None:
        await client.say(b"HELO client.test")
        await client.envelope()
        monkeypatch.setattr(DataReader, "feed", broken)
        await client.say(b"DATA")
        client.write(b"MAIL FROM:<evil@x.test>\r\n" * 3)
        assert await client.reader.read() == b"421 4.3.0 Local problem, closing the connection\r\n"

    play(scenario, MemoryHop(OK, OK))


@pytest.mark.slow
def test_session_ends_in_time_but_not_in_the_midst_of_a_message() -> None:
    async def scenario(_: House, client: Client) -> None:
        await client.say(b"HELO client.test")
        await client.envelope()
        await client.say(b"DATA")
        await asyncio.sleep(0.3)
        assert (await client.say(HAM + b".")).startswith(b"250")
        assert (await client.reply()).startswith(b"421 4.4.2")
        assert await client.closed()

    play(scenario, MemoryHop(OK, OK, GO, OK, OK), limits=Limits(session=0.2))


def test_drip_of_a_command_is_idleness() -> None:
    async def scenario(_: House, client: Client) -> None:
        async def drip() -> None:
            while True:
                client.write(b"x")
                await asyncio.sleep(0.01)

        dripping = asyncio.create_task(drip())
        assert (await client.reply()).startswith(b"421 4.4.2")
        dripping.cancel()

    play(scenario, MemoryHop(), limits=Limits(idle=0.1))


@pytest.mark.parametrize("bad", [b"no@y.test>", b"no@y.test"])
def test_with_all_or_nothing_a_refused_recipient_is_the_answer_to_data(bad: bytes) -> None:
    async def scenario(_: House, client: Client) -> None:
        await client.say(b"HELO client.test")
        await client.envelope(b"r@y.test", bad)
        reply = await client.say(b"DATA")
        assert reply.startswith(b"501 5.1.3" if bad.endswith(b">") else b"550 No")
        assert (await client.say(b"DATA")).startswith(b"503")

    play(scenario, MemoryHop(OK, OK, NO), Listener(all_or_nothing=True))


def test_when_judging_breaks_each_recipient_of_lmtp_still_hears_so() -> None:
    async def scenario() -> None:
        judge = FakeJudge(fault=RuntimeError("secret"))
        relay = MemoryRelay(MemoryHop(OK, OK, OK, lmtp=True))
        async with house(relay, judge, listener=Listener(protocol="lmtp")) as proxy, await proxy.client() as client:
            await client.reply()
            await client.say(b"LHLO client.test")
            await client.envelope(b"a@y.test", b"b@y.test")
            replies = [await client.data(HAM), await client.reply()]
            assert [reply[:9] for reply in replies] == [b"451 4.3.0"] * 2
            assert (await client.say(b"NOOP")).startswith(b"250 ")

    asyncio.run(scenario())
