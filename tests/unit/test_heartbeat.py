"""When a sign of life is given, and when not."""

import asyncio
import io
from time import monotonic
from typing import BinaryIO

import pytest

from filter.envelope import Envelope
from filter.heartbeat import beat
from filter.killers import Killers
from filter.pool import ScanError
from filter.verdict import Verdict

pytestmark = pytest.mark.slow


class Judge:
    """Workers that answered `ago` seconds before, and now do what `now` says."""

    def __init__(self, ago: float, now: Exception | float = 0.0) -> None:
        self._then, self._now = monotonic() - ago, now
        self.asked: list[bytes] = []

    @property
    def answered(self) -> float:
        return self._then

    async def scan(self, message: BinaryIO, size: int, envelope: Envelope) -> Verdict:
        self.asked.append(message.read())
        assert size == len(self.asked[-1])
        if isinstance(self._now, Exception):
            raise self._now
        await asyncio.sleep(self._now)
        return Verdict(())


def beats(judge: Judge, watchdog: float = 0.2) -> int:
    """How many signs are given in one and a half times the watchdog's time."""
    said: list[None] = []

    async def scenario() -> None:
        task = asyncio.create_task(beat(judge, watchdog, lambda: said.append(None)))
        await asyncio.sleep(watchdog * 1.5)
        task.cancel()

    asyncio.run(scenario())
    return len(said)


def test_worker_that_answers_is_alive() -> None:
    judge = Judge(ago=1e6)
    assert beats(judge) >= 3
    assert judge.asked[0].startswith(b"Subject: heartbeat\r\n\r\n")


def test_no_probe_is_taken_for_one_that_was_under_way_when_workers_died() -> None:
    judge, killers = Judge(ago=1e6), Killers()
    beats(judge)
    assert len({killers.name(io.BytesIO(probe)) for probe in judge.asked}) == len(judge.asked) >= 3


def test_worker_that_is_busy_with_mail_is_not_disturbed() -> None:
    judge = Judge(ago=0.0)
    assert beats(judge, watchdog=10.0 / 1.5 / 10) >= 1
    assert len(judge.asked) <= 5


def test_no_worker_no_sign() -> None:
    assert beats(Judge(1e6, ScanError("no free worker"))) == 0
    assert beats(Judge(1e6, RuntimeError("no workers yet"))) == 0
    assert beats(Judge(1e6, 60.0)) == 0  # it hangs


def test_full_queue_in_front_of_workers_that_answer_is_no_fault() -> None:
    class Busy(Judge):
        @property
        def answered(self) -> float:
            return monotonic() - (1e6 if not self.asked else 0.0)

    assert beats(Busy(0.0, ScanError("no free worker, and 64 messages wait already"))) >= 3
