"""No message is lost, whatever happens: many messages, many faults, and clients that try again as mail servers do.

A reply other than 250 after the dot leaves open whether the relay has the message, so it may come twice; a message
whose sender heard 250 must be there, and one that was refused for good must not.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

import pytest

from filter.envelope import Envelope
from filter.pool import ScanError
from filter.smtp.limits import Patience
from filter.verdict import Verdict
from tests.faults.client import Client
from tests.faults.house import FakeJudge, house
from tests.faults.relay import Body, Close, FakeRelay, Hang, Reset, Say, Step
from tests.faults.scanners import GTUBE

MESSAGES = 400
CLIENTS = 8
QUICK = Patience(connect=0.2, command=0.1, write=0.2, final=0.1)

FAULTS: tuple[tuple[str, Step], ...] = (
    ("greeting", Say(b"421 busy\r\n")),
    ("greeting", Close()),
    ("EHLO", Hang()),
    ("MAIL", Say(b"450 4.3.2 later\r\n")),
    ("RCPT", Close()),
    ("DATA", Say(b"451 4.3.0 later\r\n")),
    ("body", Body(2, Reset())),
    ("body", Body(1, Close())),
    ("dot", Say(b"451 4.3.0 later\r\n")),
    ("dot", Say(b"250 late\r\n", after=0.15)),
    ("dot", Close()),
    ("dot", Close(b"250 half")),
    ("dot", Hang()),
)


class ChaosRelay(FakeRelay):
    """Breaks one connection in four, somewhere."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__()
        self._dice = dice

    def _next(self, stage: str) -> Step | None:
        if stage == "greeting" and self._dice.random() < 0.25:
            where, step = self._dice.choice(FAULTS)
            self.script[where].append(step)
        return super()._next(stage)


class ChaosJudge(FakeJudge):
    """Fails for one message in twenty."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__()
        self._dice = dice

    async def scan(self, message: BinaryIO, size: int, envelope: Envelope) -> Verdict:
        if self._dice.random() < 0.05:
            raise ScanError("chaos")
        return await super().scan(message, size, envelope)


@dataclass
class Fate:
    """What the sender of one message knows in the end."""

    reply: bytes = b""
    ambiguous: int = 0


def message(number: int) -> bytes:
    lines = b"".join(b"line %d of %d\r\n" % (i, number) for i in range(number % 50))
    return b"Subject: x\r\nX-Id: m%d\r\n\r\n%s%s\r\n" % (number, lines, GTUBE if number % 10 == 0 else b"ham")


async def attempt(port: int, content: bytes, fate: Fate, dice: random.Random) -> None:
    async with await Client.connect(port) as client:
        await client.hello()
        for line in (b"MAIL FROM:<s@x.test>", b"RCPT TO:<r@y.test>", b"DATA"):
            fate.reply = await client.say(line)
            if fate.reply[:1] not in (b"2", b"3"):
                return
        client.write(content + b".\r\n")
        if dice.random() < 0.05:
            await asyncio.sleep(dice.random() * 0.05)
            client.reset()
            fate.reply = b"4"
        else:
            fate.reply = await client.reply()
        fate.ambiguous += fate.reply[:1] not in (b"2", b"5")


async def deliver(port: int, number: int, fates: dict[int, Fate], dice: random.Random) -> None:
    fate = fates[number] = Fate()
    for _ in range(60):
        await attempt(port, message(number), fate, dice)
        if fate.reply[:1] in (b"2", b"5"):
            return
    raise AssertionError(f"gave up on {number}: {fate}")


async def soak(seed: int) -> tuple[FakeRelay, dict[int, Fate]]:
    dice = random.Random(seed)
    fates: dict[int, Fate] = {}
    numbers = iter(range(MESSAGES))

    async def sender(port: int) -> None:
        for number in numbers:
            await deliver(port, number, fates, dice)

    async with ChaosRelay(dice) as relay, house(relay.port, ChaosJudge(dice), patience=QUICK) as proxy:
        await asyncio.gather(*(sender(proxy.port) for _ in range(CLIENTS)))
    return relay, fates


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_lost_and_nothing_is_made_up(seed: int) -> None:
    relay, fates = asyncio.run(soak(seed))
    copies = Counter(int(copy.content.split(b"X-Id: m")[1].split(b"\r\n")[0]) for copy in relay.copies)
    assert len(fates) == MESSAGES
    for number, fate in fates.items():
        spam = number % 10 == 0
        assert fate.reply[:1] == (b"5" if spam else b"2"), (number, fate)
        assert (0 if spam else 1) <= copies[number] <= (0 if spam else 1 + fate.ambiguous), (number, fate)
    assert sum(fate.ambiguous for fate in fates.values()) > 10  # the faults did happen
    for copy in relay.copies:
        ours, rest = copy.content.split(b"Subject:", 1)
        number = int(rest.split(b"X-Id: m")[1].split(b"\r\n")[0])
        assert (b"X-Spam-Flag: NO" in ours, b"Subject:" + rest) == (True, message(number))
