"""Accepting connections, also when the process has no file descriptor left for one (F98)."""

import asyncio
import os
import socket
from collections.abc import Callable

QUEUE = 1024
"""Connections that the system keeps for us until we accept them."""


async def bind(make: Callable[[], asyncio.BaseProtocol], host: str, port: int) -> asyncio.Server:
    """Take `host` and `port`, which another process may have taken too; nobody is let in yet. Raises OSError."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(make, host, port, reuse_port=True, backlog=1, start_serving=False)


async def admit(server: asyncio.Server) -> None:
    """Let clients in.

    asyncio accepts as many connections in one go as its `backlog` says. When descriptors run out each of these tries
    fails, is logged, and is taken up again a second later, so that with 1024 of them thousands of lines a second are
    logged. One at a time is fair to those who are in already, too.
    """
    await server.start_serving()
    for listening in server.sockets:
        with socket.socket(fileno=os.dup(listening.fileno())) as same:
            same.listen(QUEUE)
