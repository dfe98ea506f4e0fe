"""How a client gets to a door, and away from it."""

import asyncio
from contextlib import nullcontext
from pathlib import Path

import pytest

from filter.door.dial import dialled
from filter.door.endpoint import Endpoint


async def _hear(endpoint: Endpoint) -> bytes:
    async with asyncio.timeout(20), dialled(endpoint) as (reader, _):
        return await reader.read()


async def _greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"welcome")
    writer.close()


def test_to_a_port() -> None:
    async def run() -> bytes:
        async with await asyncio.start_server(_greet, "127.0.0.1", 0) as server:
            return await _hear(Endpoint("127.0.0.1", server.sockets[0].getsockname()[1]))

    assert asyncio.run(run()) == b"welcome"


def test_to_a_unix_socket(tmp_path: Path) -> None:
    async def run() -> bytes:
        async with await asyncio.start_unix_server(_greet, tmp_path / "door"):
            return await _hear(Endpoint(path=str(tmp_path / "door")))

    assert asyncio.run(run()) == b"welcome"


def test_nobody_listens_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        asyncio.run(_hear(Endpoint(path=str(tmp_path / "none"))))


@pytest.mark.parametrize("fault", [None, EOFError("of the client")])
def test_what_is_not_sent_at_the_end_is_not_waited_for(fault: Exception | None, tmp_path: Path) -> None:
    """The server reads nothing before the client has left."""
    much = bytes(8 << 20)

    async def visit(endpoint: Endpoint) -> None:
        async with dialled(endpoint) as (_, writer):
            writer.write(much)
            if fault is not None:
                raise fault

    async def run() -> bytes:
        left = asyncio.Event()
        heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await left.wait()
            heard.set_result(await reader.read())
            writer.close()

        path = str(tmp_path / "door")
        async with asyncio.timeout(20), await asyncio.start_unix_server(serve, path):
            with pytest.raises(EOFError) if fault else nullcontext():
                await visit(Endpoint(path=path))
            left.set()
            return await heard

    assert len(asyncio.run(run())) < len(much)
