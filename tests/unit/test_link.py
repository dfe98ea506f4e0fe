"""The child's end of the socket to the supervisor."""

import asyncio
import signal
import socket

import pytest

from filter.link import Link, News


def test_news_are_octets() -> None:
    parent, child = socket.socketpair()
    with parent, child:
        link = Link(child)
        for news in News:
            link.say(news)
        assert parent.recv(10) == b"rlna"


def test_nobody_waits_for_a_parent_that_does_not_read() -> None:
    parent, child = socket.socketpair()
    with parent, child:
        link = Link(child)
        for _ in range(100_000):  # more than the socket holds
            link.say(News.ALIVE)


def test_parent_that_is_gone_means_sigterm(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(parent: socket.socket, child: socket.socket) -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        Link(child).follow(loop)
        parent.close()
        await asyncio.wait_for(stop.wait(), 5)

    parent, child = socket.socketpair()
    with parent, child:
        asyncio.run(scenario(parent, child))
    assert "the parent process is gone, stopping" in caplog.text
