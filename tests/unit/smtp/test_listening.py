"""Where clients connect to."""

import asyncio
import socket

import pytest

from filter.smtp.listening import admit, bind


def test_many_may_wait_to_be_accepted_and_a_successor_may_listen_too() -> None:
    async def scenario() -> None:
        server = await bind(asyncio.Protocol, "127.0.0.1", 0)
        await admit(server)
        port = server.sockets[0].getsockname()[1]
        successor = await bind(asyncio.Protocol, "127.0.0.1", port)
        successor.close()
        waiting = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(50)]  # the loop accepts none of them
        for client in waiting:
            client.close()
        await asyncio.sleep(0)
        server.close()

    asyncio.run(scenario())


def test_address_of_another_machine_is_an_error() -> None:
    with pytest.raises(OSError, match=r"192\.0\.2\.1"):
        asyncio.run(bind(asyncio.Protocol, "192.0.2.1", 0))
