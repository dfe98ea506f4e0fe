"""A restart under load: the successor listens on the same port before the old server goes, and nobody notices."""

import asyncio
import os
import signal
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.faults.client import Client
from tests.faults.deployed import deployed, settings
from tests.faults.relay import FakeRelay

CLIENTS = 8


class Load:
    """Clients that come and go without a pause, and try each message until it is taken."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.taken = 0
        self.turned_away: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.open: Counter[bytes] = Counter()
        """Attempts at each message that ended after its last octet was sent: the relay may have it or not."""
        self._stop = False
        self._progress = asyncio.Event()

    async def __aenter__(self) -> "Load":
        self._tasks = [asyncio.create_task(self._client(number)) for number in range(CLIENTS)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop = True
        await asyncio.gather(*self._tasks)

    async def _client(self, number: int) -> None:
        count = 0
        while not self._stop:
            content = b"Subject: x\r\nX-Id: %d-%d\r\n\r\nx\r\n" % (number, count)
            while not await self._try(content):
                pass
            count += 1
            self.taken += 1
            self._progress.set()

    async def goes_on(self, messages: int) -> None:
        """Wait until so many more were taken."""
        wanted = self.taken + messages
        async with asyncio.timeout(20):
            while self.taken < wanted:
                self._progress.clear()
                await self._progress.wait()

    async def _try(self, content: bytes) -> bool:
        """Whether the message was taken. A 421 is an answer; a connection that ends without one is not."""
        reached = None
        try:
            async with await Client.connect(self._port) as client:
                for line in (None, b"EHLO c.test", b"MAIL FROM:<s@x.test>", b"RCPT TO:<r@y.test>", b"DATA", content):
                    reached = line
                    reply = await (client.say(content + b".") if line is content else _say(client, line))
                    if reply[:1] not in (b"2", b"3"):
                        (self.turned_away if reply[:3] == b"421" else self.faults)[str(reply[:3])] += 1
                        self.open[number_of(content)] += line is content
                        return False
                return True
        except OSError as error:
            self.faults[type(error).__name__] += 1
            self.open[number_of(content)] += reached is content
            return False


def number_of(content: bytes) -> bytes:
    return content.split(b"X-Id: ")[1].split(b"\r\n")[0]


async def _say(client: Client, line: bytes | None) -> bytes:
    return await (client.reply() if line is None else client.say(line))


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2])
def test_no_client_is_refused_and_no_message_lost_over_three_restarts(processes: int, tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"

    async def scenario() -> tuple[FakeRelay, Load]:
        async with FakeRelay() as relay, AsyncExitStack() as stack:
            file.write_text(settings(relay.port, processes=processes))
            server = await stack.enter_async_context(deployed(file))
            port = server.ports["inbound"]
            file.write_text(settings(relay.port, port, processes=processes))
            async with Load(port) as load:
                for _ in range(3):
                    successor = await stack.enter_async_context(deployed(file))
                    await successor.said("answers", times=processes)
                    server.signal(signal.SIGTERM)
                    assert await server.ended() == 0
                    server = successor
                    await load.goes_on(100)  # the successor serves all
        return relay, load

    relay, load = asyncio.run(scenario())
    assert load.faults == {}
    ids = Counter(number_of(copy.content) for copy in relay.copies)
    assert set(ids.values()) == {1}
    assert len(ids) == load.taken


@pytest.mark.slow
def test_no_message_is_lost_when_server_processes_are_killed(tmp_path: Path) -> None:
    """Clients try again, as mail servers do; a message comes twice only if the relay's word was lost with a process."""
    file = tmp_path / "hamgate.toml"

    async def scenario() -> tuple[FakeRelay, Load]:
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port, processes=2))
            async with deployed(file) as server:
                await server.said("answers", times=2)
                async with Load(server.ports["inbound"]) as load:
                    for kills in range(1, 5):
                        await load.goes_on(50)
                        os.kill(server.children[kills % 2], signal.SIGKILL)
                        await server.said("ended (SIGKILL)", times=kills)
                        await server.said("answers", times=2 + kills)
                    await load.goes_on(50)
                server.signal(signal.SIGTERM)
                assert await server.ended() == 0
        return relay, load

    relay, load = asyncio.run(scenario())
    assert load.faults  # the kills were felt
    copies = Counter(number_of(copy.content) for copy in relay.copies)
    assert len(copies) == load.taken
    for number, count in copies.items():
        assert 1 <= count <= 1 + load.open[number]
