"""Fifty large messages at once: they wait on disk, not in memory."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.client import Client
from tests.faults.deployed import deployed, settings
from tests.faults.process import REAL

MEBIBYTE = 1024 * 1024
LINE = b"A" * 76 + b"\r\n"
LARGE = b"Subject: x\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
LARGE += LINE * (25_000_000 // len(LINE))


class Sink(asyncio.Protocol):
    """A relay that takes everything and keeps nothing, fast enough for a gigabyte."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._data, self._tail = transport, False, b""
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._tail = (self._tail if self._data else b"") + data
        if self._data and self._tail.endswith(b"\r\n.\r\n"):
            self._data = False
            self._transport.write(b"250 2.0.0 gone\r\n")
        elif self._data:
            self._tail = self._tail[-4:]
        else:
            self._commands(data)

    def _commands(self, data: bytes) -> None:
        for line in data.splitlines():
            self._data = line == b"DATA"
            self._transport.write(b"354 go\r\n" if self._data else b"250 2.0.0 ok\r\n")


def tree(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from tree(int(child))


def memory(pid: int) -> float:
    """MiB of a process and all below it; what several share counts once (PSS)."""
    rollups = [Path(f"/proc/{one}/smaps_rollup").read_text() for one in tree(pid)]
    return sum(int(text.split("\nPss:")[1].split()[0]) for text in rollups) / 1024


async def deliver(port: int, start: asyncio.Barrier) -> bytes:
    async with await Client.connect(port) as client:
        await client.hello()
        await client.envelope()
        await client.say(b"DATA")
        await start.wait()
        for offset in range(0, len(LARGE), MEBIBYTE):
            client.write(LARGE[offset : offset + MEBIBYTE])
            await client.writer.drain()
        client.write(b".\r\n")
        async with asyncio.timeout(240):
            return await client.reader.readline()


@pytest.mark.slow
def test_fifty_messages_of_25_mb_at_once_take_200_mib_at_most(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"

    async def scenario() -> tuple[float, float]:
        sink = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
        text = settings(
            sink.sockets[0].getsockname()[1], more="[listeners.inbound.limits]\nconnections_per_address = 60\n"
        )
        file.write_text(text.replace("count = 1", "count = 0").replace("seconds = 2", "seconds = 60"))
        async with deployed(file, REAL) as server:
            assert (await server.deliver()).startswith(b"250 ")
            idle, most, start = memory(server.process.pid), 0.0, asyncio.Barrier(50)
            tasks = [asyncio.create_task(deliver(server.ports["inbound"], start)) for _ in range(50)]
            while not all(task.done() for task in tasks):
                most = max(most, memory(server.process.pid))
                await asyncio.sleep(0.05)
            replies = await asyncio.gather(*tasks)
            assert {reply[:4] for reply in replies} == {b"250 "}
        sink.close()
        return idle, most

    idle, most = asyncio.run(scenario())
    print(f"idle {idle:.0f} MiB, most {most:.0f} MiB")
    assert most - idle <= 200
