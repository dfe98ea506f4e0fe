"""What joins a server process to its supervisor: a socket.

The child sends one octet for each of its news; that the socket closes tells it that the parent is gone.
"""

import asyncio
import logging
import os
import signal
import socket
from contextlib import suppress
from enum import Enum

log = logging.getLogger("hamgate.link")


class News(bytes, Enum):
    """What a child tells its parent."""

    READY = b"r"
    """It serves clients."""
    RELOADED = b"l"
    """It has taken up new settings."""
    REFUSED = b"n"
    """It could not, and goes on with the old ones."""
    ALIVE = b"a"
    """Its event loop turns and a worker answers."""


class Link:
    """The child's end."""

    def __init__(self, channel: socket.socket) -> None:
        channel.setblocking(False)
        self._channel = channel

    def say(self, news: News) -> None:
        """Tell the parent; never waits."""
        with suppress(OSError):
            self._channel.send(news.value)

    def follow(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stop as at SIGTERM when the parent is gone: nobody would stop us later."""
        loop.add_reader(self._channel, self._orphaned, loop)

    def _orphaned(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.remove_reader(self._channel)
        log.error("the parent process is gone, stopping")
        os.kill(os.getpid(), signal.SIGTERM)
