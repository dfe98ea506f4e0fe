"""The connection to a relay: one reply for each question, and no wait without an end."""

import asyncio
import gc
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from filter.smtp.relay import RelayError
from filter.smtp.wire import Wire
from tests.unit.smtp.memory import MemoryTransport

Scenario = Callable[[Wire, MemoryTransport], Awaitable[None]]


def play(scenario: Scenario, *replies: bytes) -> None:
    """Run `scenario` with a wire that has been greeted; the n-th write hears the n-th of `replies`."""

    async def run() -> None:
        wire = Wire()
        transport = MemoryTransport(wire, replies)
        wire.connection_made(transport)
        wire.data_received(b"220 relay\r\n")
        assert (await wire.greeting(3600)).code == 220
        await scenario(wire, transport)

    asyncio.run(run())


async def ask(wire: Wire, seconds: float = 5) -> bytes:
    return bytes(await wire.ask(b"NOOP\r\n", 5, seconds))


def test_reply_answers_the_question() -> None:
    async def scenario(wire: Wire, transport: MemoryTransport) -> None:
        assert await ask(wire) == b"250-one\r\n250 two\r\n"
        assert await ask(wire) == b"550 no\r\n"
        assert transport.written == [b"NOOP\r\n"] * 2

    play(scenario, b"250-one\r\n250 two\r\n", b"550 no\r\n")


def test_reply_comes_in_parts() -> None:
    async def scenario(wire: Wire, _: MemoryTransport) -> None:
        answer = asyncio.create_task(ask(wire))
        await asyncio.sleep(0)
        for octet in b"250-one\r\n250 two\r\n":
            assert not answer.done()
            wire.data_received(bytes([octet]))
        assert await answer == b"250-one\r\n250 two\r\n"

    play(scenario)


@pytest.mark.parametrize("early", [b"250 ok\r\n", b"25", b"250-ok\r\n"])
def test_what_comes_before_the_question_does_not_answer_it(early: bytes) -> None:
    async def scenario(wire: Wire, transport: MemoryTransport) -> None:
        wire.data_received(early)
        with pytest.raises(RelayError, match="out of turn"):
            await ask(wire)
        assert transport.written == []

    play(scenario, b"250 ok\r\n")


def test_second_reply_does_not_answer_the_next_question() -> None:
    async def scenario(wire: Wire, transport: MemoryTransport) -> None:
        assert await ask(wire) == b"250 ok\r\n"
        with pytest.raises(RelayError, match=r"out of turn: b'421 bye\\r\\n'"):
            await ask(wire)
        assert len(transport.written) == 1

    play(scenario, b"250 ok\r\n421 bye\r\n", b"250 ok\r\n")


def test_some_questions_have_more_than_one_answer() -> None:
    async def scenario(wire: Wire, _: MemoryTransport) -> None:
        await wire.say(b".\r\n", 5, replies=2)
        assert [bytes(await wire.hear(5)) for _ in range(2)] == [b"250 one\r\n", b"550 two\r\n"]
        assert await ask(wire) == b"250 ok\r\n"

    play(scenario, b"250 one\r\n550 two\r\n", b"250 ok\r\n")


def test_what_was_said_before_the_loss_is_heard() -> None:
    async def scenario(wire: Wire, _: MemoryTransport) -> None:
        await wire.say(b".\r\n", 5, replies=2)
        wire.data_received(b"250 one\r\n")
        wire.connection_lost(None)
        assert bytes(await wire.hear(5)) == b"250 one\r\n"
        with pytest.raises(RelayError, match="closed the connection"):
            await wire.hear(5)

    play(scenario)


@pytest.mark.parametrize("early", [True, False])
def test_answer_to_a_question_that_was_given_up_answers_no_other(early: bool) -> None:
    async def scenario(wire: Wire, transport: MemoryTransport) -> None:
        given_up = asyncio.create_task(ask(wire))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.wait([given_up])
        if early:
            wire.data_received(b"250 late\r\n")
        with pytest.raises(RelayError, match="out of turn"):
            await ask(wire)
        assert len(transport.written) == 1

    play(scenario)


def test_wire_is_alive_until_something_is_wrong() -> None:
    async def scenario(wire: Wire, _: MemoryTransport) -> None:
        assert not Wire().alive
        assert wire.alive
        wire.data_received(b"421 idle too long\r\n")
        assert not wire.alive

    play(scenario)


def test_tls_needs_a_connection() -> None:
    async def scenario(wire: Wire, transport: MemoryTransport) -> None:
        wire.connection_lost(None)
        with pytest.raises(RelayError, match="closed the connection"):
            await wire.start_tls(ssl.create_default_context(), "relay.test", 5)
        assert transport.written == []

    play(scenario)


@pytest.mark.parametrize("early", [b"220 relay\r\n", b"22", b"220-relay\r\n"])
def test_what_comes_in_clear_text_is_no_reply_under_tls(early: bytes) -> None:
    async def scenario() -> None:
        wire = Wire()
        transport = MemoryTransport(wire)
        wire.connection_made(transport)
        wire.data_received(early)
        with pytest.raises(RelayError, match="the relay spoke in clear text before TLS"):
            await wire.start_tls(ssl.create_default_context(), "relay.test", 5)
        assert transport.written == []

    asyncio.run(scenario())


def test_what_is_no_reply_breaks_the_wire() -> None:
    async def scenario(wire: Wire, _: MemoryTransport) -> None:
        for _n in range(2):
            with pytest.raises(RelayError, match="not a reply: b'hello'"):
                await ask(wire)

    play(scenario, b"hello\r\n")


@pytest.mark.parametrize(
    ("error", "text"),
    [(None, "the relay closed the connection"), (ConnectionResetError("reset"), "connection lost: reset")],
)
def test_loss_wakes_whoever_waits_and_is_the_answer_from_then_on(error: Exception | None, text: str) -> None:
    async def scenario(wire: Wire, transport: MemoryTransport) -> None:
        answer = asyncio.create_task(ask(wire))
        await asyncio.sleep(0)
        wire.connection_lost(error)
        with pytest.raises(RelayError, match=text):
            await answer
        with pytest.raises(RelayError, match=text):
            await wire.send(b"x", 5)
        assert len(transport.written) == 1

    play(scenario)


def test_first_fault_is_the_one_that_is_told() -> None:
    async def scenario(wire: Wire, _: MemoryTransport) -> None:
        wire.data_received(b"hello\r\n")
        wire.connection_lost(None)
        with pytest.raises(RelayError, match="not a reply"):
            await ask(wire)

    play(scenario)


def test_nothing_can_be_said_before_there_is_a_connection() -> None:
    async def scenario() -> None:
        wire = Wire()
        wire.close(b"QUIT\r\n")
        wire.abort()
        with pytest.raises(RelayError, match="not connected"):
            await wire.send(b"x", 5)

    asyncio.run(scenario())


def test_loss_that_nobody_waits_for_is_no_noise() -> None:
    async def scenario() -> list[dict[str, Any]]:
        noise: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context))
        wire = Wire()
        wire.connection_made(MemoryTransport(wire))
        wire.connection_lost(None)
        del wire
        gc.collect()
        return noise

    assert asyncio.run(scenario()) == []


def test_late_reply_is_not_waited_for() -> None:
    async def scenario(wire: Wire, _: MemoryTransport) -> None:
        with pytest.raises(RelayError, match="no reply in time"):
            await ask(wire, 0.01)

    play(scenario)


def test_short_wait_after_a_long_one_ends_in_time() -> None:
    async def scenario(wire: Wire, _: MemoryTransport) -> None:
        assert await ask(wire, 3600) == b"250 ok\r\n"
        with pytest.raises(RelayError, match="no reply in time"):
            async with asyncio.timeout(5):
                await ask(wire, 0.01)

    play(scenario, b"250 ok\r\n")


def test_long_wait_after_a_short_one_has_all_its_time() -> None:
    async def scenario(wire: Wire, _: MemoryTransport) -> None:
        assert await ask(wire, 0.01) == b"250 ok\r\n"
        asyncio.get_running_loop().call_later(0.05, wire.data_received, b"250 late\r\n")
        assert await ask(wire, 60) == b"250 late\r\n"

    play(scenario, b"250 ok\r\n")


def test_timer_that_rang_too_early_rings_again() -> None:
    async def scenario(wire: Wire, _: MemoryTransport) -> None:
        assert await ask(wire, 0.01) == b"250 ok\r\n"
        with pytest.raises(RelayError, match="no reply in time"):
            async with asyncio.timeout(5):
                await ask(wire, 0.05)

    play(scenario, b"250 ok\r\n")


def test_timer_that_rings_when_nobody_waits_does_no_harm() -> None:
    async def scenario(wire: Wire, _: MemoryTransport) -> None:
        assert await ask(wire, 0.01) == b"250 ok\r\n"
        rung = asyncio.Event()
        asyncio.get_running_loop().call_later(0.03, rung.set)
        await rung.wait()
        assert await ask(wire) == b"250 ok\r\n"

    play(scenario, b"250 ok\r\n", b"250 ok\r\n")


async def against_a_full_pipe(scenario: Callable[[Wire, socket.socket], Awaitable[None]]) -> None:
    """Run `scenario` with a wire whose peer reads nothing, and whose system takes no octet more."""
    ours, theirs = socket.socketpair()
    with theirs:
        ours.setblocking(False)
        theirs.setblocking(False)
        try:
            while True:
                ours.send(bytes(65536))
        except BlockingIOError:
            pass
        _, wire = await asyncio.get_running_loop().create_connection(Wire, sock=ours)
        await scenario(wire, theirs)
        wire.abort()


def test_write_ends_only_when_the_system_has_every_octet() -> None:
    async def scenario(wire: Wire, theirs: socket.socket) -> None:
        sent = asyncio.create_task(wire.send(b"last", 60))
        await asyncio.sleep(0)
        assert not sent.done()
        octets = b""
        while not octets.endswith(b"last"):
            octets = await asyncio.get_running_loop().sock_recv(theirs, 1 << 20)
        await sent

    asyncio.run(against_a_full_pipe(scenario))


def test_relay_that_reads_no_more_is_a_fault_even_for_one_octet() -> None:
    async def scenario(wire: Wire, _: socket.socket) -> None:
        with pytest.raises(RelayError, match="the relay reads no more"):
            await wire.send(b"x", 0.01)

    asyncio.run(against_a_full_pipe(scenario))


def test_loss_wakes_who_waits_for_room() -> None:
    async def scenario(wire: Wire, theirs: socket.socket) -> None:
        sent = asyncio.create_task(wire.send(b"x", 60))
        await asyncio.sleep(0)
        theirs.close()
        with pytest.raises(RelayError, match=r"connection lost|closed the connection"):
            await sent

    asyncio.run(against_a_full_pipe(scenario))


def test_farewell_is_said_to_a_relay_that_reads() -> None:
    async def scenario(wire: Wire, transport: MemoryTransport) -> None:
        wire.close(b"QUIT\r\n")
        assert (transport.written, transport.end) == ([b"QUIT\r\n"], ["close"])

    play(scenario)


def test_relay_that_does_not_take_the_farewell_is_cut_off() -> None:
    async def scenario(wire: Wire, transport: MemoryTransport) -> None:
        transport.unsent = 1
        wire.close(b"QUIT\r\n")
        assert transport.end[0] == "abort"

    play(scenario)


def test_abort_says_nothing() -> None:
    async def scenario(wire: Wire, transport: MemoryTransport) -> None:
        wire.abort()
        assert (transport.written, transport.end) == ([], ["abort"])

    play(scenario)
