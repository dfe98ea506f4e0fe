"""Accepting connections, also when the process has no file descriptor left for one (F98)."""

import asyncio
import os
import socket
from collections.abc import Callable

QUEUE = 1024
"""Connections that the system keeps for us until we accept them."""


async def listen(make: Callable[[], asyncio.BaseProtocol], host: str, port: int) -> asyncio.Server:
    """Listen on `host` and `port`; another process may do so too. Raises OSError.

    asyncio accepts as many connections in one go as its `backlog` says. When descriptors run out each of these tries
    fails, is logged, and is taken up again a second later, so that with 1024 of them thousands of lines a second are
    logged. One at a time is fair to those who are in already, too.
    """
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, host, port, reuse_port=True, backlog=1)
    for listening in server.sockets:
        with socket.socket(fileno=os.dup(listening.fileno())) as same:
            same.listen(QUEUE)
    return server
