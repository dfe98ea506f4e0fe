"""Strangers wait until the relay has shown that it is no open relay, also if it was down when we started."""

import asyncio

import pytest

from filter.reply import Reply
from filter.smtp.guarded import GuardedRelay, OpenRelayError
from filter.smtp.peer import Peer
from tests.unit.smtp.memory import GONE, OK, MemoryHop, MemoryRelay

DENIED = Reply.of(554, "5.7.1", "Relay access denied")


def test_a_relay_that_was_down_is_asked_before_the_first_client() -> None:
    async def scenario() -> None:
        client = MemoryHop(OK)
        memory = MemoryRelay(GONE, MemoryHop(OK, DENIED), client)
        relay = GuardedRelay(memory)
        with pytest.raises(type(GONE)):
            await relay.check()
        assert await relay.open(Peer()) is client

    asyncio.run(scenario())


def test_an_open_relay_takes_nobody() -> None:
    async def scenario() -> None:
        relay = GuardedRelay(MemoryRelay(MemoryHop(OK, OK), MemoryHop(OK, OK)))
        for _ in range(2):
            with pytest.raises(OpenRelayError, match="open relay: memory takes mail for any domain"):
                await relay.open(Peer())

    asyncio.run(scenario())


def test_a_relay_is_asked_once() -> None:
    async def scenario() -> None:
        memory = MemoryRelay(MemoryHop(OK, DENIED), MemoryHop(), MemoryHop())
        relay = GuardedRelay(memory)
        await relay.open(Peer())
        await relay.open(Peer())
        assert memory.opened == 3

    asyncio.run(scenario())


def test_an_answer_that_proves_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    no_domain = Reply.of(556, "5.1.10", "Domain does not accept mail")
    asyncio.run(GuardedRelay(MemoryRelay(MemoryHop(OK, no_domain))).check())
    assert "did not say whether it relays for strangers" in caplog.text
