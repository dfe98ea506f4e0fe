"""The sign of life for a watchdog: given only while the event loop turns and a worker answers."""

import asyncio
import io
import logging
import secrets
from collections.abc import Callable
from time import monotonic
from typing import BinaryIO, Protocol

from filter.envelope import NO_ENVELOPE, Envelope
from filter.pool import ScanError
from filter.verdict import Verdict

log = logging.getLogger("hamgate.heartbeat")

PROBE = b"Subject: heartbeat\r\n\r\n%s\r\n"
"""Filled in anew each time, so that no probe bears the name of another that was under way when workers died
(`filter.killers`): the third would be refused, and a server without mail be killed as stuck."""


class Judge(Protocol):
    """What is watched: `filter.changeover.Changeover`."""

    @property
    def answered(self) -> float:
        """When a worker last answered (monotonic)."""

    async def scan(self, message: BinaryIO, size: int, envelope: Envelope) -> Verdict:
        """Judge a message, or raise ScanError."""


async def beat(judge: Judge, watchdog: float, say: Callable[[], None]) -> None:
    """Call `say` at least every `watchdog` / 2 seconds, as sd_watchdog_enabled(3) wants it, as long as all is well."""
    pause = watchdog / 4
    while True:
        if await _answers(judge, pause):
            say()
        else:
            log.error("no worker has answered for %g s", pause)
        await asyncio.sleep(pause)


async def _answers(judge: Judge, seconds: float) -> bool:
    """Whether a worker has answered lately; without mail it is asked. A full queue alone is no reason to worry."""
    if monotonic() - judge.answered < seconds:
        return True
    probe = PROBE % secrets.token_hex(8).encode()
    try:
        async with asyncio.timeout(seconds):
            await judge.scan(io.BytesIO(probe), len(probe), NO_ENVELOPE)
    except (ScanError, TimeoutError, RuntimeError):  # RuntimeError: there are no workers any more
        return monotonic() - judge.answered < seconds
    return True
