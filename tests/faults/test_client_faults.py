"""Whatever the client does, the relay has its message once or not at all. Rows F70 to F79."""

import asyncio
import logging

import pytest

from filter.smtp.limits import Limits, Patience
from tests.faults.client import HAM, Client
from tests.faults.house import House, house
from tests.faults.relay import FakeRelay, Say
from tests.faults.test_message_faults import play
from tests.judge import FakeJudge

LOCAL = b"451 4.3.0 "


async def gone(proxy: House) -> None:
    """Wait until the proxy has forgotten all its clients."""
    async with asyncio.timeout(5):
        await proxy.guests.gone()


def test_f70_client_gone_in_data() -> None:
    async def scenario(relay: FakeRelay, proxy: House, client: Client) -> None:
        await client.begin_data()
        client.writer.close()
        await gone(proxy)
        assert relay.copies == []
        assert proxy.judge.messages == []

    play(scenario)


def test_f71_client_reset_while_scoring() -> None:
    async def scenario(relay: FakeRelay, proxy: House, client: Client) -> None:
        await client.begin_data()
        client.write(b".\r\n")
        await proxy.judge.called.wait()
        client.reset()
        await gone(proxy)
        assert relay.copies == []
        assert b"DATA" not in relay.commands

    play(scenario, FakeJudge(wait=asyncio.Event()))


def test_f72_client_half_closes_while_scoring_and_hears_the_reply() -> None:
    async def scenario(relay: FakeRelay, proxy: House, client: Client) -> None:
        await client.begin_data()
        client.write(b".\r\nQUIT\r\n")
        client.writer.write_eof()
        await proxy.judge.called.wait()
        assert proxy.judge.wait is not None
        proxy.judge.wait.set()
        assert (await client.reply()).startswith(b"250 2.0.0 queued")
        assert (await client.reply()).startswith(b"221 ")
        assert await client.closed()
        assert len(relay.copies) == 1

    play(scenario, FakeJudge(wait=asyncio.Event()))


def test_whole_session_at_once_and_then_nothing_more() -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        client.write(b"MAIL FROM:<s@x.test>\r\nRCPT TO:<r@y.test>\r\nDATA\r\n" + HAM + b".\r\nQUIT\r\n")
        client.writer.write_eof()
        codes = [(await client.reply())[:3] for _ in range(5)]
        assert codes == [b"250", b"250", b"354", b"250", b"221"]
        assert await client.closed()
        assert len(relay.copies) == 1

    play(scenario)


@pytest.mark.slow
def test_f73_client_reset_while_the_relay_answers(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        late = Say(b"250 ok\r\n", after=0.3)
        async with FakeRelay({"dot": [late]}) as relay, house(relay.port, patience=Patience()) as proxy:
            client = await proxy.client()
            await client.hello()
            await client.begin_data()
            client.write(b".\r\n")
            await relay.stored.wait()
            client.reset()
            await gone(proxy)
            (task,) = proxy.proxy.committing
            assert (await task)[0].code == 250
            assert len(relay.copies) == 1

    with caplog.at_level(logging.INFO):
        asyncio.run(scenario())
    assert any("orphan accepted" in line for line in caplog.messages)


def test_f74_idle_client_in_data() -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        await client.begin_data()
        assert (await client.reply()).startswith(b"421 4.4.2 ")
        assert await client.closed()
        assert relay.copies == []

    play(scenario, limits=Limits(idle=0.2))


def test_idle_client_between_commands() -> None:
    async def scenario(_: FakeRelay, __: House, client: Client) -> None:
        assert (await client.reply()).startswith(b"421 4.4.2 ")
        assert await client.closed()

    play(scenario, limits=Limits(idle=0.2))


@pytest.mark.slow
def test_f75_client_that_drips_is_cut_off_and_not_heard_again() -> None:
    async def drip(client: Client, stop: asyncio.Event) -> None:
        while not stop.is_set():
            client.write(b"RSET\r\n")
            await asyncio.sleep(0.02)

    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        await client.begin_data()
        stop = asyncio.Event()
        dripping = asyncio.create_task(drip(client, stop))
        assert (await client.reply()).startswith(b"421 4.4.2 ")
        stop.set()
        await dripping
        assert await client.closed()
        assert relay.copies == []

    play(scenario, limits=Limits(idle=5, total=0.3))


@pytest.mark.slow
def test_waiting_for_the_scanner_is_no_idleness() -> None:
    async def scenario(relay: FakeRelay, proxy: House, client: Client) -> None:
        await client.begin_data()
        client.write(b".\r\n")
        assert proxy.judge.wait is not None
        asyncio.get_running_loop().call_later(0.5, proxy.judge.wait.set)
        assert (await client.reply()).startswith(b"250")
        assert len(relay.copies) == 1

    play(scenario, FakeJudge(wait=asyncio.Event()), Limits(idle=0.2))


def test_f78_connections_of_one_address_are_limited_and_freed() -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, house(relay.port, limits=Limits(connections_per_address=2)) as proxy:
            first, second, third = [await proxy.client() for _ in range(3)]
            assert (await third.reply()).startswith(b"421 4.7.0 ")
            assert await third.closed()
            await first.hello()
            assert (await first.say(b"QUIT")).startswith(b"221 ")
            assert await first.closed()
            async with await proxy.client() as fourth:
                await fourth.hello()
            second.writer.close()

    asyncio.run(scenario())


def test_connections_are_limited() -> None:
    async def scenario() -> None:
        one = Limits(connections=1)
        async with FakeRelay() as relay, house(relay.port, limits=one) as proxy, await proxy.client() as first:
            await first.hello()
            async with await proxy.client() as second:
                assert (await second.reply()).startswith(b"421 4.3.2 ")

    asyncio.run(scenario())


def test_f79_two_messages_pipelined_with_a_bad_recipient() -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        first = b"MAIL FROM:<s@x.test>\r\nRCPT TO:<r@y.test>\r\nRCPT TO:bad\r\nDATA\r\n" + HAM + b".\r\n"
        client.write(first + first + b"QUIT\r\n")
        codes = [(await client.reply())[:3] for _ in range(11)]
        assert codes == [b"250", b"250", b"501", b"354", b"250"] * 2 + [b"221"]
        assert len(relay.copies) == 2

    play(scenario)


def test_commands_after_quit_are_not_heard() -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        client.write(b"QUIT\r\nMAIL FROM:<s@x.test>\r\n")
        assert (await client.reply()).startswith(b"221 ")
        assert await client.closed()
        assert relay.commands == []

    play(scenario)


def test_too_many_errors_end_the_session() -> None:
    async def scenario(_: FakeRelay, __: House, client: Client) -> None:
        for _n in range(3):
            assert (await client.say(b"MAIL FROM:bad")).startswith(b"501 ")
        assert (await client.say(b"MAIL FROM:bad")).startswith(b"421 4.7.0 ")
        assert await client.closed()

    play(scenario, limits=Limits(errors=3))
