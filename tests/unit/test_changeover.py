"""Workers are exchanged while messages are being judged, and none of these is lost."""

import asyncio
import io
import os
from pathlib import Path

import pytest

from filter.changeover import Changeover
from filter.child import PoolSettings, StartError
from filter.envelope import NO_ENVELOPE
from filter.verdict import Verdict

pytestmark = pytest.mark.usefixtures("path_of_workers")


def settings(name: str, model: Path | None = None) -> PoolSettings:
    return PoolSettings(count=1, factory=f"tests.faults.scanners:{name}", model=model)


async def judged(changeover: Changeover, message: bytes = b"Subject: x\r\n\r\n") -> Verdict:
    return await changeover.scan(io.BytesIO(message), len(message), NO_ENVELOPE)


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """What a worker waits for; see the scanner `Waits`."""
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def test_a_message_is_finished_by_the_workers_that_began_it_and_the_next_goes_to_the_new_ones(pipe: Path) -> None:
    async def scenario() -> None:
        changeover = Changeover()
        await changeover.change(settings("Waits"))
        old = changeover.pool
        begun = asyncio.create_task(judged(changeover, bytes(pipe)))
        await asyncio.sleep(0)
        await changeover.change(settings("Fair"))
        assert changeover.pool is not old
        assert (await judged(changeover)).model == "fair"
        assert not begun.done()
        await asyncio.to_thread(pipe.write_bytes, b"go on")
        assert (await begun).model == "waits"
        while old.pids:  # noqa: ASYNC110 - its processes end when their last message is judged
            await asyncio.sleep(0.01)
        await changeover.end()

    asyncio.run(scenario())


def test_if_the_new_workers_do_not_start_the_old_ones_stay(tmp_path: Path) -> None:
    async def scenario() -> None:
        changeover = Changeover()
        await changeover.change(settings("Fair"))
        with pytest.raises(StartError):
            await changeover.change(settings("Absent"))
        assert (await judged(changeover)).hits[0].symbol == "HAM"
        assert changeover.model() == "fair"
        await changeover.end()
        assert changeover.model() == ""

    asyncio.run(scenario())


def test_at_the_end_no_process_is_left_even_with_a_message_under_way(pipe: Path) -> None:
    async def scenario() -> None:
        changeover = Changeover()
        await changeover.change(settings("Waits"))
        begun = asyncio.create_task(judged(changeover, bytes(pipe)))
        await asyncio.sleep(0)
        pool = changeover.pool
        await changeover.end()
        assert pool.pids == []
        await asyncio.gather(begun, return_exceptions=True)

    asyncio.run(scenario())


@pytest.mark.parametrize("turns", range(4))
def test_at_the_end_no_process_is_left_of_workers_that_were_just_exchanged(turns: int) -> None:
    async def scenario() -> None:
        changeover = Changeover()
        await changeover.change(settings("Fair"))
        old = changeover.pool
        await changeover.change(settings("Fair"))
        for _ in range(turns):  # of the event loop: they are being ended, but are not yet
            await asyncio.sleep(0)
        await changeover.end()
        assert old.pids == []

    asyncio.run(scenario())


def test_before_the_first_workers_there_is_nobody_to_ask() -> None:
    with pytest.raises(RuntimeError, match="no workers yet"):
        _ = Changeover().pool
