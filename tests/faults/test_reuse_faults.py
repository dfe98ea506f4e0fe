"""The rows of the relay once more, where the session with it has served another client before (`relays.*.reuse`).

From RCPT on all must be as in a session of one's own. What fails sooner is tried again in a new one, unseen.
"""

import asyncio

import pytest

from tests.faults.client import Client
from tests.faults.house import House, house
from tests.faults.relay import Close, FakeRelay, Hang, Reset, Say, Step
from tests.faults.test_relay_faults import LOCAL, ROWS, Row, behind, play, still_works

pytestmark = pytest.mark.slow


LATER = [row for row in ROWS if row.name[:1] != "F" or row.name >= "F13"]


async def another_client(proxy: House, relay: FakeRelay) -> None:
    """A message before ours, by somebody who is gone now; its session waits."""
    async with await proxy.client() as client:
        await client.hello()
        await client.envelope()
        assert (await client.data()).startswith(b"250")
        assert (await client.say(b"QUIT")).startswith(b"221")
        assert await client.closed()
    while len(proxy.guests):  # noqa: ASYNC110 - a turn of the event loop or two
        await asyncio.sleep(0)
    assert (relay.connections, len(relay.copies)) == (1, 1)
    relay.copies.clear()


@pytest.mark.parametrize("row", LATER, ids=lambda row: row.name)
def test_relay_fault_in_a_session_that_served_another_client(row: Row) -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, house(behind(relay, reuse=30.0)) as proxy:
            await another_client(proxy, relay)
            for stage, steps in row.script.items():
                relay.script[stage] = list(steps[1:] if stage == "greeting" else steps)
            async with await proxy.client() as client:
                await play(row, relay, client)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "step",
    [Say(b"421 4.4.2 idle too long\r\n"), Close(), Close(b"421 bye\r\n"), Reset(), Hang(), Say(b"hello\r\n")],
    ids=["421", "close", "421 and close", "reset", "hang", "garbage"],
)
def test_session_that_works_no_more_is_replaced_unseen(step: Step) -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, house(behind(relay, reuse=30.0)) as proxy:
            await another_client(proxy, relay)
            relay.script["MAIL"] = [step]
            async with await proxy.client() as client:
                await client.hello()
                assert (await client.envelope()) == [b"250 2.1.0 Ok\r\n", b"250 2.1.5 Ok\r\n"]
                assert (await client.data()).startswith(b"250 2.0.0 queued")
            assert (relay.connections, len(relay.copies)) == (2, 1)

    asyncio.run(scenario())


def test_relay_that_died_while_sessions_waited_is_451_until_it_is_back() -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, house(behind(relay, reuse=30.0)) as proxy:
            await another_client(proxy, relay)
            await relay.die()
            async with await proxy.client() as client:
                await client.hello()
                assert (await client.say(b"MAIL FROM:<s@x.test>")).startswith(LOCAL)
                await relay.__aenter__()
                await still_works(client, relay)

    asyncio.run(scenario())


def test_client_that_leaves_in_the_midst_of_a_message_leaves_nothing_behind() -> None:
    """The next client's envelope must not be added to what was said before."""

    async def scenario() -> None:
        async with FakeRelay() as relay, house(behind(relay, reuse=30.0)) as proxy:
            await another_client(proxy, relay)
            rude: Client = await proxy.client()
            await rude.hello()
            await rude.envelope(b"one@y.test", b"two@y.test")
            rude.reset()
            await relay.left.wait()
            async with await proxy.client() as client:
                await client.hello()
                await client.envelope(b"three@y.test")
                assert (await client.data()).startswith(b"250")
            assert [copy.rcpts for copy in relay.copies] == [[b"RCPT TO:<three@y.test>"]]

    asyncio.run(scenario())
