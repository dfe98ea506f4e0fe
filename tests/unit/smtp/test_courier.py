"""Lock step with the relay: its word is passed on, and what it does not say is 451."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from filter.reply import Reply
from filter.smtp.answers import RELAY_FAULT
from filter.smtp.courier import Courier
from filter.smtp.peer import Peer
from filter.smtp.relay import RelayError
from tests.unit.smtp.memory import GO, GONE, NO, OK, MemoryHop, MemoryRelay

CLIENT = Peer("192.0.2.1", helo=b"client.test")
TAKEN = (OK, OK, GO, OK, OK)
"""What a hop says to MAIL, RCPT, DATA, the body and the dot of a message it takes."""


def play(scenario: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await scenario()

    asyncio.run(run())


async def mail(courier: Courier) -> Reply:
    return await courier.mail(b"MAIL FROM:<s@x.test>", b"s@x.test", CLIENT)


async def rcpt(courier: Courier) -> Reply:
    return await courier.rcpt(b"RCPT TO:<r@y.test>", b"r@y.test")


async def send(courier: Courier) -> Reply | None:
    return await courier.send([b"Subject: x\r\n", b"\r\n"])


async def commit(courier: Courier) -> Reply:
    (reply,) = await courier.commit()
    return reply


STEPS: tuple[Callable[[Courier], Awaitable[Reply | None]], ...] = (mail, rcpt, send, commit)


async def message(courier: Courier) -> Reply:
    """A whole message and its end; the relay's last word."""
    *before, last = [await step(courier) for step in STEPS]
    assert before == [OK, OK, None]
    assert last is not None
    courier.reset()
    return last


def test_each_step_waits_for_the_relay_and_tells_its_word() -> None:
    async def scenario() -> None:
        hop = MemoryHop(OK, OK, NO, GO, OK, OK)
        courier = Courier(MemoryRelay(hop))
        assert not courier.connected
        assert await mail(courier) == OK
        assert courier.connected
        assert (courier.sender, courier.recipients) == (b"s@x.test", [])
        assert await rcpt(courier) == OK
        assert await courier.rcpt(b"RCPT TO:<no@y.test>", b"no@y.test") == NO
        assert courier.recipients == [b"r@y.test"]
        assert await send(courier) is None
        assert hop.heard[-2:] == [b"DATA", b"Subject: x\r\n\r\n"]
        assert await commit(courier) == OK
        assert hop.heard[:3] == [b"MAIL FROM:<s@x.test>", b"RCPT TO:<r@y.test>", b"RCPT TO:<no@y.test>"]

    play(scenario)


def test_refused_sender_is_forgotten_and_the_session_kept() -> None:
    async def scenario() -> None:
        hop = MemoryHop(NO, OK)
        courier = Courier(MemoryRelay(hop))
        assert await mail(courier) == NO
        assert courier.sender is None
        courier.reset()
        assert await mail(courier) == OK
        assert len(hop.heard) == 2

    play(scenario)


def test_messages_follow_in_one_session_also_after_a_refusal_at_the_dot() -> None:
    async def scenario() -> None:
        relay = MemoryRelay(MemoryHop(*TAKEN[:-1], NO, *TAKEN))
        courier = Courier(relay)
        assert [await message(courier), await message(courier)] == [NO, OK]
        assert relay.opened == 1

    play(scenario)


def test_refused_data_sends_no_message() -> None:
    async def scenario() -> None:
        hop = MemoryHop(OK, OK, NO)
        courier = Courier(MemoryRelay(hop))
        await mail(courier)
        await rcpt(courier)
        assert await send(courier) == NO
        assert hop.heard[-1] == b"DATA"

    play(scenario)


def test_stale_session_is_opened_again_at_mail() -> None:
    async def scenario() -> None:
        stale, fresh = MemoryHop(*TAKEN, GONE), MemoryHop(*TAKEN)
        courier = Courier(MemoryRelay(stale, fresh))
        assert [await message(courier), await message(courier)] == [OK, OK]
        assert stale.closed
        assert not fresh.closed
        assert fresh.heard[0] == b"MAIL FROM:<s@x.test>"

    play(scenario)


@pytest.mark.parametrize("there", [True, False], ids=["lost at MAIL", "not there"])
def test_fresh_session_is_not_opened_again(there: bool) -> None:
    async def scenario() -> None:
        relay = MemoryRelay(MemoryHop(GONE) if there else GONE, MemoryHop(OK))
        courier = Courier(relay)
        assert await mail(courier) == RELAY_FAULT
        assert (courier.sender, courier.connected, relay.opened) == (None, False, 1)

    play(scenario)


def test_stale_session_is_opened_again_only_once() -> None:
    async def scenario() -> None:
        relay = MemoryRelay(MemoryHop(*TAKEN, GONE), MemoryHop(GONE), MemoryHop(OK))
        courier = Courier(relay)
        await message(courier)
        assert await mail(courier) == RELAY_FAULT
        assert relay.opened == 2

    play(scenario)


@pytest.mark.parametrize("lost", [1, 2, 3, 4], ids=["RCPT", "DATA", "body", "dot"])
def test_session_lost_after_mail_is_not_opened_again(lost: int, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        hop = MemoryHop(*TAKEN[:lost], GONE)
        relay = MemoryRelay(hop, MemoryHop(*TAKEN))
        courier = Courier(relay)
        replies = [await step(courier) for step in STEPS]
        assert replies[-1] == RELAY_FAULT
        assert replies.index(RELAY_FAULT) == {1: 1, 2: 2, 3: 2, 4: 3}[lost]
        assert [await step(courier) for step in STEPS[1:]] == [RELAY_FAULT] * 3
        assert hop.closed
        assert (courier.connected, relay.opened) == (False, 1)

    play(scenario)
    assert caplog.messages == ["relay memory: gone"]


def test_nothing_is_said_to_the_relay_before_mail() -> None:
    async def scenario() -> None:
        relay = MemoryRelay()
        courier = Courier(relay)
        assert [await step(courier) for step in STEPS[1:]] == [RELAY_FAULT] * 3
        assert relay.opened == 0

    play(scenario)


def test_reset_ends_the_session_with_the_transaction() -> None:
    async def scenario() -> None:
        hop = MemoryHop(OK, OK)
        courier = Courier(MemoryRelay(hop))
        await mail(courier)
        await rcpt(courier)
        courier.reset()
        assert hop.closed
        assert (courier.sender, courier.recipients, courier.connected) == (None, [], False)

    play(scenario)


def test_reset_between_two_messages_keeps_the_session() -> None:
    async def scenario() -> None:
        hop = MemoryHop(*TAKEN)
        courier = Courier(MemoryRelay(hop))
        await message(courier)
        courier.reset()
        assert (hop.closed, courier.connected) == (False, True)
        courier.close()
        assert hop.closed

    play(scenario)


@pytest.mark.parametrize("word", [OK, NO, GONE], ids=["taken", "refused", "lost"])
def test_client_that_goes_away_does_not_disturb_the_final_dot(word: Reply | RelayError) -> None:
    async def scenario() -> None:
        hop = MemoryHop(*TAKEN[:-1], word)
        hop.answer = asyncio.Event()
        courier = Courier(MemoryRelay(hop))
        for step in STEPS[:-1]:
            await step(courier)
        answer = asyncio.create_task(courier.commit())
        await hop.committing.wait()
        courier.close()
        courier.reset()
        assert not hop.closed
        hop.answer.set()
        assert await answer == ((RELAY_FAULT if word is GONE else word),)
        assert hop.closed, "nobody else will close it"
        assert not courier.connected

    play(scenario)


def test_fault_of_the_relay_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        courier = Courier(MemoryRelay(RelayError("cannot connect: no route")))
        assert bytes(await mail(courier)) == bytes(RELAY_FAULT)

    with caplog.at_level(logging.WARNING):
        play(scenario)
    assert caplog.messages == ["relay memory: cannot connect: no route"]
