"""Where clients connect to."""

import asyncio
import socket

import pytest

from filter.door.listening import admit, bind, close


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
        server = await bind(Greeter, "127.0.0.1", 0)
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


@pytest.mark.parametrize("turns", range(6))
def test_whoever_has_come_is_in_when_the_listener_is_closed(turns: int) -> None:
    """However far the event loop has got with it: else the server might end without a word to this client."""
    begun: list[None] = []

    class Session(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.task = asyncio.ensure_future(self.live(transport))

        async def live(self, transport: asyncio.BaseTransport) -> None:
            begun.append(None)
            transport.close()

    async def scenario() -> None:
        server = await bind(Session, "127.0.0.1", 0)
        await admit(server)
        client = connected(server.sockets[0].getsockname()[1])
        for _ in range(turns):
            await asyncio.sleep(0)
        await close(server, Session)
        assert begun == [None]
        client.close()
        await asyncio.sleep(0)

    asyncio.run(scenario())


def test_passed_socket_outlives_the_server() -> None:
    """Who comes between two servers waits in the queue of the socket, which belongs to systemd."""

    async def scenario(passed: socket.socket) -> None:
        port = passed.getsockname()[1]
        first = await bind(Greeter, "ignored.test", 1, passed)
        first.close()
        with connected(port) as client:
            second = await bind(Greeter, "ignored.test", 1, passed)
            await admit(second)
            assert await heard(client) == b"220 here\r\n"
            second.close()

    with socket.create_server(("127.0.0.1", 0)) as passed:
        asyncio.run(scenario(passed))


def test_without_descriptors_left_clients_are_let_in_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(_: int) -> int:
        raise OSError(24, "Too many open files")

    async def scenario() -> None:
        server = await bind(Greeter, "127.0.0.1", 0)
        with monkeypatch.context() as full:
            full.setattr("filter.door.listening.os.dup", none_left)
            await admit(server)
        client = connected(server.sockets[0].getsockname()[1])
        assert await heard(client) == b"220 here\r\n"
        client.close()
        await close(server, Greeter)

    asyncio.run(scenario())
