"""Lock step with the relay: its word is passed on, and what it does not say is 451."""

import asyncio
import logging

import pytest

from filter.reply import Reply
from filter.smtp.answers import RELAY_FAULT
from filter.smtp.courier import Courier
from filter.smtp.peer import Peer
from filter.smtp.relay import RelayError
from tests.unit.smtp.errands import CLIENT, STEPS, TAKEN, commit, mail, message, play, rcpt, send
from tests.unit.smtp.memory import GO, GONE, NO, OK, MemoryHop, MemoryRelay


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


def test_another_client_gets_another_session() -> None:
    async def scenario() -> None:
        first, second = MemoryHop(*TAKEN), MemoryHop(OK)
        relay = MemoryRelay(first, second)
        courier = Courier(relay)
        await message(courier)
        other = Peer("192.0.2.2")
        assert await courier.mail(b"MAIL FROM:<>", b"", other) == OK
        assert first.closed
        assert relay.peers == [CLIENT, other]

    play(scenario)


def test_session_that_hung_up_between_two_messages_is_not_even_tried() -> None:
    async def scenario() -> None:
        stale = MemoryHop(*TAKEN)
        courier = Courier(MemoryRelay(stale, MemoryHop(*TAKEN)))
        await message(courier)
        stale.alive = False
        assert await message(courier) == OK
        assert len(stale.heard) == len(TAKEN)

    play(scenario)


def test_session_opened_ahead_tells_what_is_offered_and_is_used() -> None:
    async def scenario() -> None:
        relay = MemoryRelay(MemoryHop(*TAKEN))
        courier = Courier(relay)
        assert courier.extensions == {}
        assert [await courier.open(CLIENT), await courier.open(CLIENT)] == [None, None]
        assert courier.extensions == {b"AUTH": b"PLAIN"}
        assert await message(courier) == OK
        assert relay.opened == 1

    play(scenario)


def test_relay_that_cannot_be_reached_ahead() -> None:
    async def scenario() -> None:
        courier = Courier(MemoryRelay(GONE))
        assert await courier.open(CLIENT) == RELAY_FAULT
        assert await courier.auth(b"AUTH PLAIN x") == RELAY_FAULT
        assert not courier.authenticated

    play(scenario)


def test_a_flood_of_refused_recipients_takes_no_memory_and_the_mildest_is_the_answer() -> None:
    courier = Courier(MemoryRelay(), all_or_nothing=True)
    later = Reply.of(450, "", "Later")
    for number in range(1000):
        courier.refuse(later if number == 500 else NO)
    assert courier.refusal == later
    assert len(courier._refusals) <= 2
