"""Accepting connections, also when the process has no file descriptor left for one (F98)."""

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress

QUEUE = 1024
"""Connections that the system keeps for us until we accept them."""


_TURNS = 8
"""Of the event loop, more than asyncio needs from a connection to its protocol, and that to its first step."""

Make = Callable[[], asyncio.BaseProtocol]


async def bind(make: Make, host: str, port: int, passed: socket.socket | None = None) -> asyncio.Server:
    """Take `host` and `port`, which another process may have taken too; nobody is let in yet. Raises OSError.

    `passed` is a socket of systemd's that listens already, instead.
    """
    loop = asyncio.get_running_loop()
    if passed is not None:  # a copy: it is needed again when the settings change
        return await loop.create_server(make, sock=passed.dup(), backlog=1, start_serving=False)
    return await loop.create_server(make, host, port, reuse_port=True, backlog=1, start_serving=False)


async def admit(server: asyncio.Server) -> None:
    """Let clients in.

    asyncio accepts as many connections in one go as its `backlog` says. When descriptors run out each of these tries
    fails, is logged, and is taken up again a second later, so that with 1024 of them thousands of lines a second are
    logged. One at a time is fair to those who are in already, too. Where there is no descriptor left to say so by,
    the queue stays as short as asyncio made it.
    """
    await server.start_serving()
    for listening in server.sockets:
        with suppress(OSError), socket.socket(fileno=os.dup(listening.fileno())) as same:
            same.listen(QUEUE)


async def close(server: asyncio.Server, make: Make, *, queue: bool = True) -> None:
    """Close `server`, but first take in who is connected already: Linux resets those whom nobody has accepted.

    `queue` = False leaves those in the queue to a successor that has the same socket.
    What is left is a client that comes between the last look and the end, a few microseconds; with the sysctl
    net.ipv4.tcp_migrate_req = 1 even this one goes to the successor.
    """
    loop = asyncio.get_running_loop()
    for listening in server.sockets:
        loop.remove_reader(listening.fileno())
    await _turn()  # asyncio drops whom it has accepted but not yet given a protocol when the server is closed
    guests = [guest for listening in server.sockets if queue for guest in _emptied(listening.fileno())]
    server.close()
    results = [loop.connect_accepted_socket(make, guest) for guest in guests]
    await asyncio.gather(*results, return_exceptions=True)  # who is gone again is no fault
    await _turn()  # now all have begun their sessions


async def _turn() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


def _emptied(descriptor: int) -> list[socket.socket]:
    """All connections in the queue; the listening socket is closed right behind the last one.

    `descriptor` names another socket from here on, which asyncio closes in its place: between the last look and its own
    end of the listening socket it would do so much that a busy machine gives others a turn.
    """
    found: list[socket.socket] = []
    with (
        suppress(OSError),  # none left; or no descriptors, which cannot be helped now
        socket.socket() as other,
        socket.socket(fileno=os.dup(descriptor)) as listening,  # asyncio hides `accept`
    ):
        os.dup2(other.fileno(), descriptor, inheritable=False)
        listening.setblocking(False)
        while len(found) < QUEUE:
            found.append(listening.accept()[0])
    for guest in found:
        guest.setblocking(False)
    return found
