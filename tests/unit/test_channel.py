"""The server's end of a worker's socket: what is sent and heard, and all that cannot be an answer."""

import asyncio
import json
import os
import socket
import tempfile
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from filter.channel import MAX_ANSWER, Channel
from filter.worker import ANSWER


class Heard:
    """Waits for what a channel tells."""

    def __init__(self) -> None:
        self.future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def __call__(self, content: Any, fault: Exception | None) -> None:
        if fault is None:
            self.future.set_result(content)
        else:
            self.future.set_exception(fault)

    async def told(self) -> Any:
        async with asyncio.timeout(10):
            return await self.future


def frame(content: object) -> bytes:
    text = json.dumps(content).encode()
    return ANSWER.pack(len(text)) + text


def play(scenario: Callable[[Channel, socket.socket], Awaitable[None]]) -> None:
    async def run() -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.settimeout(10)
        channel = Channel(ours)
        with theirs:
            try:
                await scenario(channel, theirs)
            finally:
                channel.close()

    asyncio.run(run())


def received(worker: socket.socket, count: int) -> bytes:
    octets = b""
    while len(octets) < count:
        octets += worker.recv(count - len(octets))
    return octets


async def turn() -> None:
    """Let the event loop see what has come."""
    for _ in range(2):
        await asyncio.sleep(0)


def test_a_request_goes_out_and_its_answer_comes_in() -> None:
    async def scenario(channel: Channel, worker: socket.socket) -> None:
        for number in range(2):
            heard = Heard()
            channel.expect(heard, 10.0)
            channel.send(b"judge this")
            assert worker.recv(100) == b"judge this"
            worker.sendall(frame({"n": number}))
            assert await heard.told() == {"n": number}

    play(scenario)


def test_an_answer_may_come_octet_by_octet() -> None:
    async def scenario(channel: Channel, worker: socket.socket) -> None:
        heard = Heard()
        channel.expect(heard, 10.0)
        for octet in frame({"hits": []}):
            worker.sendall(bytes([octet]))
            await turn()
        assert await heard.told() == {"hits": []}

    play(scenario)


def test_what_the_system_does_not_take_at_once_goes_out_later() -> None:
    long = os.urandom(4 << 20)

    async def scenario(channel: Channel, worker: socket.socket) -> None:
        channel.expect(Heard(), 10.0)
        channel.send(long)
        assert await asyncio.to_thread(received, worker, len(long)) == long
        channel.expect(heard := Heard(), 10.0)  # and nothing is left that would be sent again
        worker.sendall(frame({}))
        assert await heard.told() == {}

    play(scenario)


def test_a_descriptor_goes_with_the_first_octets() -> None:
    async def scenario(channel: Channel, worker: socket.socket) -> None:
        with tempfile.TemporaryFile() as file:
            file.write(b"message")
            file.flush()
            channel.send(b"head", file.fileno())
        octets, (descriptor,), _, _ = socket.recv_fds(worker, 100, 1)
        assert (octets, os.pread(descriptor, 100, 0)) == (b"head", b"message")
        os.close(descriptor)

    play(scenario)


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (ANSWER.pack(MAX_ANSWER + 1), "answer too long"),
        (frame({}) + b"x", "answer too long"),
        (ANSWER.pack(2) + b"{]", "no JSON"),
        (ANSWER.pack(200_000) + b"[" * 200_000, "no JSON: RecursionError"),
        (ANSWER.pack(1) + b"\xff", "no JSON"),
    ],
    ids=["too long", "more than one", "no JSON", "deep", "no text"],
)
def test_what_cannot_be_an_answer_ends_the_channel(octets: bytes, text: str) -> None:
    async def scenario(channel: Channel, worker: socket.socket) -> None:
        channel.expect(heard := Heard(), 10.0)
        sending = asyncio.create_task(asyncio.to_thread(worker.sendall, octets))
        with pytest.raises(ValueError, match=text):
            await heard.told()
        await sending
        worker.sendall(frame({}))
        channel.expect(again := Heard(), 10.0)  # what comes later is not believed either
        with pytest.raises(ValueError, match=text):
            await again.told()

    play(scenario)


def test_a_worker_that_speaks_unasked_is_not_believed_when_it_is_asked() -> None:
    async def scenario(channel: Channel, worker: socket.socket) -> None:
        worker.sendall(frame({"hits": []}))
        await turn()
        channel.expect(heard := Heard(), 10.0)
        with pytest.raises(ValueError, match="spoke unasked"):
            await heard.told()

    play(scenario)


def test_a_worker_that_ended_between_two_messages_is_told_at_the_next() -> None:
    async def scenario(channel: Channel, worker: socket.socket) -> None:
        worker.close()
        await turn()
        channel.expect(heard := Heard(), 10.0)
        with pytest.raises(EOFError):
            await heard.told()

    play(scenario)


def test_a_worker_that_ends_in_the_midst_of_an_answer() -> None:
    async def scenario(channel: Channel, worker: socket.socket) -> None:
        channel.expect(heard := Heard(), 10.0)
        worker.sendall(frame({"hits": []})[:-1])
        worker.close()
        with pytest.raises(EOFError, match="worker ended"):
            await heard.told()

    play(scenario)


def test_time_counts_for_each_answer() -> None:
    async def scenario(channel: Channel, worker: socket.socket) -> None:
        channel.expect(first := Heard(), 60.0)
        worker.sendall(frame(1))
        assert await first.told() == 1
        channel.expect(second := Heard(), 0.02)  # less than the first one had
        with pytest.raises(TimeoutError):
            await second.told()

    play(scenario)


def test_a_timer_that_was_set_for_an_earlier_answer_does_not_end_a_later_one() -> None:
    async def scenario(channel: Channel, worker: socket.socket) -> None:
        channel.expect(first := Heard(), 0.02)
        worker.sendall(frame(1))
        assert await first.told() == 1
        channel.expect(second := Heard(), 0.1)
        began = asyncio.get_running_loop().time()
        with pytest.raises(TimeoutError):
            await second.told()
        assert asyncio.get_running_loop().time() - began > 0.09

    play(scenario)


def test_who_waits_hears_that_the_channel_is_closed() -> None:
    async def scenario(channel: Channel, worker: socket.socket) -> None:
        channel.expect(heard := Heard(), 10.0)
        channel.close()
        with pytest.raises(EOFError):
            await heard.told()
        assert worker.recv(1) == b""

    play(scenario)
