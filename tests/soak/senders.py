"""Senders that try again as mail servers do, and remember what they were told."""

import asyncio
import random
from collections.abc import Callable, Iterator

from tests.faults.client import Client
from tests.soak.ledger import Fate
from tests.soak.mail import content, stuffed

CLIENTS = 8
ATTEMPTS = 60
RUDE = 0.02
"""Senders that go away after the dot."""
_ENVELOPE = (b"EHLO client.test", b"MAIL FROM:<s@x.test>", b"RCPT TO:<soak@proxied.test>", b"DATA")


class Senders:
    """Eight at a time send `count` messages to `port`; `fates` tells how far they are."""

    def __init__(self, port: int, count: int, seed: int) -> None:
        self._port = port
        self._numbers: Iterator[int] = iter(range(1, count + 1))
        self._dice = random.Random(seed)
        self.fates: dict[int, Fate] = {}
        self.finished = 0

    async def run(self, on_finished: Callable[[int], None]) -> None:
        """Send all; `on_finished` hears after each how many are through."""

        async def sender() -> None:
            for number in self._numbers:
                await self._deliver(number)
                self.finished += 1
                on_finished(self.finished)

        async with asyncio.TaskGroup() as group:
            for _ in range(CLIENTS):
                group.create_task(sender())

    async def _deliver(self, number: int) -> None:
        fate = self.fates[number] = Fate()
        message = stuffed(content(number))
        while fate.reply[:1] not in (b"2", b"5") and fate.attempts < ATTEMPTS:
            if fate.attempts:
                await asyncio.sleep(0.02 * min(fate.attempts, 25))
            fate.attempts += 1
            await self._attempt(message, fate)

    async def _attempt(self, message: bytes, fate: Fate) -> None:
        fate.reply, after_dot = b"", False
        try:
            async with await Client.connect(self._port) as client:
                fate.reply = await _whole(client)
                for line in _ENVELOPE:
                    if fate.reply[:1] not in (b"2", b"3"):
                        return
                    client.write(line + b"\r\n")
                    fate.reply = await _whole(client)
                if not fate.reply.startswith(b"354"):
                    return
                fate.reply, after_dot = b"", True  # the server may have all of it before this task knows
                client.write(message)
                if self._dice.random() < RUDE:
                    await asyncio.sleep(0.1 * self._dice.random())
                    client.reset()
                else:
                    fate.reply = await _whole(client)
        except (OSError, TimeoutError):
            fate.reply = b""
        finally:
            fate.ambiguous += after_dot and fate.reply[:1] not in (b"2", b"5")


async def _whole(client: Client) -> bytes:
    """A reply; b"" for the half of one."""
    reply = await client.reply()
    return reply if reply.endswith(b"\r\n") else b""
