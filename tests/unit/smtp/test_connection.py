"""Octets in and out, without sockets."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from filter.smtp.connection import CHUNK, LONGEST, READ, ClientGoneError, Connection, EndlessLineError, LineTooLongError
from tests.unit.smtp.memory import MemoryTransport


class Visitor(Connection):
    """A connection whose client is the test."""

    def __init__(self) -> None:
        super().__init__(asyncio.get_running_loop())
        self.memory = MemoryTransport(self)
        self.connection_made(self.memory)

    def say(self, octets: bytes) -> None:
        while octets:
            buffer = self.get_buffer(-1)
            share = octets[: len(buffer)]
            buffer[: len(share)] = share
            self.buffer_updated(len(share))
            octets = octets[len(share) :]


def play(scenario: Callable[[Visitor], Awaitable[None]]) -> None:
    async def run() -> None:
        async with asyncio.timeout(10):
            await scenario(Visitor())

    asyncio.run(run())


def test_lines_end_at_lf_and_lose_their_cr() -> None:
    async def scenario(visitor: Visitor) -> None:
        visitor.say(b"EHLO a\r\nNOOP\n\r\nQU")
        assert [await visitor.line(100) for _ in range(3)] == [b"EHLO a", b"NOOP", b""]
        asyncio.get_running_loop().call_soon(visitor.say, b"IT\r\n")
        assert await visitor.line(100) == b"QUIT"

    play(scenario)


def test_long_line_is_passed_over_and_the_next_one_heard() -> None:
    async def scenario(visitor: Visitor) -> None:
        visitor.say(b"x" * 99 + b"\nNOOP\n" + b"y" * 100 + b"\nQUIT\n")
        assert await visitor.line(100) == b"x" * 99
        assert await visitor.line(100) == b"NOOP"
        with pytest.raises(LineTooLongError):
            await visitor.line(100)
        assert await visitor.line(100) == b"QUIT"

    play(scenario)


def test_line_without_end_is_an_error_and_not_kept() -> None:
    async def scenario(visitor: Visitor) -> None:
        reading = asyncio.create_task(visitor.line(100))
        for _ in range(LONGEST // READ + 1):
            visitor.say(b"x" * READ)
            await asyncio.sleep(0)
            assert visitor.waiting_octets <= READ
        with pytest.raises(EndlessLineError):
            await reading

    play(scenario)


def test_only_what_is_wanted_is_read_at_once() -> None:
    async def scenario(visitor: Visitor) -> None:
        visitor.want = 5
        assert len(visitor.get_buffer(-1)) == 5
        visitor.want = READ
        assert len(visitor.get_buffer(-1)) == READ

    play(scenario)


def test_client_that_is_ahead_waits_until_its_octets_are_wanted() -> None:
    async def scenario(visitor: Visitor) -> None:
        visitor.say(b"x" * (READ + 1))
        assert visitor.memory.end == ["pause"]
        taken = [len(await visitor.chunk()) for _ in range(READ // CHUNK + 1)]
        assert taken == [CHUNK] * (READ // CHUNK) + [1]
        asyncio.get_running_loop().call_soon(visitor.say, b"y")
        assert await visitor.chunk() == b"y"
        assert visitor.memory.end == []

    play(scenario)


def test_octets_given_back_are_heard_first_also_after_the_end() -> None:
    async def scenario(visitor: Visitor) -> None:
        visitor.say(b"QUIT\r\n")
        assert visitor.eof_received()
        visitor.give_back(b"NOOP\r\n")
        assert [await visitor.line(100), await visitor.line(100)] == [b"NOOP", b"QUIT"]
        with pytest.raises(ClientGoneError):
            await visitor.line(100)
        with pytest.raises(ClientGoneError):
            await visitor.chunk()

    play(scenario)


def test_half_a_line_at_the_end_is_no_line() -> None:
    async def scenario(visitor: Visitor) -> None:
        visitor.say(b"QUIT")
        visitor.eof_received()
        with pytest.raises(ClientGoneError):
            await visitor.line(100)

    play(scenario)


def test_commands_sent_ahead_let_others_have_their_turn() -> None:
    async def scenario(visitor: Visitor) -> None:
        visitor.say(b"NOOP\r\n" * 1000)
        turns = 0

        async def other() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        task = asyncio.create_task(other())
        for _ in range(1000):
            await visitor.line(100)
        assert turns >= 50
        task.cancel()

    play(scenario)


def test_whoever_waits_for_room_goes_on_when_the_client_is_gone() -> None:
    async def scenario(visitor: Visitor) -> None:
        visitor.pause_writing()
        waiting = asyncio.create_task(visitor.drained())
        await asyncio.sleep(0)
        assert not waiting.done()
        visitor.connection_lost(None)
        await waiting
        visitor.write(b"250 OK\r\n")
        assert visitor.memory.written == []

    play(scenario)
