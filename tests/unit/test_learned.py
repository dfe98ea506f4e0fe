"""The number of learned messages that the status shows."""

import asyncio
from pathlib import Path

import pytest

from filter import learn, learned
from filter.learned import Learned, count
from filter.lesson import Lesson
from filter.store.folder import State
from tests import mail


def teach(folder: Path, number: int) -> None:
    for index in range(number):
        learn.teach(State(folder), mail.ham(index), Lesson("ham", "anna"), "v1")


def test_what_is_learned_is_counted(tmp_path: Path) -> None:
    assert count(None) is None
    assert count(tmp_path) == 0
    teach(tmp_path, 2)
    assert count(tmp_path) == 2


def test_a_journal_that_cannot_be_read_is_not_0(tmp_path: Path) -> None:
    teach(tmp_path, 1)
    State(tmp_path).journal.write_bytes(b"no database" * 1000)
    assert count(tmp_path) is None


def test_it_is_counted_again_and_again_though_there_was_no_thread_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = [RuntimeError("can't start new thread")]

    def folder() -> Path:
        if faults:
            raise faults.pop()
        return tmp_path

    monkeypatch.setattr(learned, "PAUSE", 0.0)
    known = Learned(folder)

    async def until(number: int) -> None:
        while known.messages != number:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)  # another thread counts

    async def scenario() -> None:
        task = asyncio.create_task(known.run())
        await asyncio.wait_for(until(0), 10)
        await asyncio.to_thread(teach, tmp_path, 1)
        await asyncio.wait_for(until(1), 10)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scenario())
