"""Opening and closing of listeners, with clients that have connected but were not looked at yet."""

import asyncio
import socket

import pytest

from filter.smtp.accepting import admit, close, listen


class Greeter(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"220 here\r\n")
        transport.close()


def connected(port: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=5)
    client.settimeout(5)
    return client


async def heard(client: socket.socket) -> bytes:
    return await asyncio.to_thread(client.recv, 100)


def test_those_in_the_queue_are_served_before_the_end() -> None:
    async def scenario() -> None:
        server = await listen("127.0.0.1", 0, Greeter)
        port = server.sockets[0].getsockname()[1]
        await admit(server)
        clients = [connected(port) for _ in range(20)]  # the event loop has had no time for them
        await close(server, Greeter)
        assert [await heard(client) for client in clients] == [b"220 here\r\n"] * 20
        for client in clients:
            client.close()
        with pytest.raises(ConnectionRefusedError):
            connected(port)

    asyncio.run(scenario())


def test_two_may_listen_on_one_port() -> None:
    async def scenario() -> None:
        first = await listen("127.0.0.1", 0, Greeter)
        second = await listen("127.0.0.1", first.sockets[0].getsockname()[1], Greeter)
        first.close()
        second.close()

    asyncio.run(scenario())


def test_passed_socket_outlives_the_server() -> None:
    """Who comes between two servers waits in the queue of the socket, which belongs to systemd."""

    async def scenario(passed: socket.socket) -> None:
        port = passed.getsockname()[1]
        first = await listen("ignored.test", 1, Greeter, passed)
        first.close()
        with connected(port) as client:
            second = await listen("ignored.test", 1, Greeter, passed)
            await admit(second)
            assert await heard(client) == b"220 here\r\n"
            second.close()

    with socket.create_server(("127.0.0.1", 0)) as passed:
        asyncio.run(scenario(passed))
