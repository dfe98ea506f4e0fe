"""The server's side of the workers: a verdict or ScanError, and a pool that heals."""

import asyncio
import io
import os
import secrets
import signal
import subprocess
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import Any

import pytest

from filter.child import PoolSettings, StartError
from filter.envelope import Envelope
from filter.lesson import Label, Lesson, LessonError
from filter.pool import ScanError, WorkerPool
from tests import mail

pytestmark = pytest.mark.usefixtures("path_of_workers")

ENVELOPE = Envelope(b"s@x.test", (b"r@y.test",))


def settings(scanner: str, count: int = 1, seconds: float = 0.3, patience: float = 10.0) -> PoolSettings:
    return PoolSettings(
        count, seconds=seconds, memory=1 << 30, patience=patience, factory=f"tests.faults.scanners:{scanner}"
    )


def play(scenario: Callable[[WorkerPool], Awaitable[None]], wanted: PoolSettings) -> None:
    async def run() -> None:
        async with WorkerPool(wanted) as pool:
            await scenario(pool)

    asyncio.run(run())


class Torn(BufferedReader):
    """A file that is lost before a worker gets it."""

    def __init__(self, file: Any) -> None:
        super().__init__(io.FileIO(os.dup(file.fileno())))
        self._asked = False

    def fileno(self) -> int:
        if self._asked:
            raise OSError("torn")
        self._asked = True
        return super().fileno()


async def scan(pool: WorkerPool, raw: bytes = b"hello") -> float:
    return (await pool.scan(io.BytesIO(raw), len(raw), ENVELOPE)).score


def test_verdict_of_a_message_in_memory_and_in_a_file() -> None:
    async def scenario(pool: WorkerPool) -> None:
        assert await scan(pool) == -7.318
        with tempfile.TemporaryFile() as file:
            file.write(b"x" * 300_000)
            file.flush()
            verdict = await pool.scan(file, 300_000, Envelope(b"s@x.test", tuple([b"r" * 300] * 1000)))
        assert verdict.hits[0].detail == "300000 b's@x.test' 1000"

    play(scenario, settings("Fair"))


def test_messages_wait_for_a_free_worker() -> None:
    async def scenario(pool: WorkerPool) -> None:
        assert await asyncio.gather(*(scan(pool) for _ in range(20))) == [-7.318] * 20
        assert len(pool.pids) == 2

    play(scenario, settings("Fair", count=2))


@pytest.mark.slow
def test_message_that_waits_too_long_fails() -> None:
    async def scenario(pool: WorkerPool) -> None:
        first = asyncio.create_task(scan(pool))
        await asyncio.sleep(0)
        with pytest.raises(ScanError, match="no free worker"):
            await scan(pool)
        with pytest.raises(ScanError):
            await first

    play(scenario, settings("Hangs", seconds=2.0, patience=1.0))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scanner", "text"),
    [("Raises", "ValueError"), ("Recurses", "RecursionError"), ("Eats", "MemoryError"), ("Hangs", "TimeoutError")],
)
def test_scanner_that_fails_keeps_its_worker(scanner: str, text: str) -> None:
    async def scenario(pool: WorkerPool) -> None:
        pids = pool.pids
        for _ in range(2):
            with pytest.raises(ScanError, match=text):
                await scan(pool)
        assert pool.pids == pids

    play(scenario, settings(scanner))


@pytest.mark.parametrize(
    ("scanner", "text"), [("Lies", "odd hit"), ("Infinite", "odd hit"), ("Boundless", "OverflowError")]
)
def test_worker_whose_answer_cannot_be_trusted_is_replaced(scanner: str, text: str) -> None:
    async def scenario(pool: WorkerPool) -> None:
        (pid,) = pool.pids
        with pytest.raises(ScanError, match=text):
            await scan(pool)
        with pytest.raises(ScanError, match=text):
            await scan(pool)
        assert pool.pids != [pid]

    play(scenario, settings(scanner))


def test_message_that_killed_two_workers_is_not_given_to_a_third() -> None:
    async def scenario(pool: WorkerPool) -> None:
        for _ in range(2):
            with pytest.raises(ScanError, match=r"EOFError|ConnectionResetError"):
                await scan(pool, b"Received: by a; %d\n\ndie" % secrets.randbits(64))
        assert await scan(pool, b"another") == -7.318
        pids = pool.pids
        with pytest.raises(ScanError, match="it killed a worker twice"):
            await scan(pool, b"Received: by a; later\n\ndie")
        assert pool.pids == pids

    play(scenario, settings("Dies"))


def test_message_that_only_fails_is_tried_again_each_time() -> None:
    async def scenario(pool: WorkerPool) -> None:
        for _ in range(3):
            with pytest.raises(ScanError, match="ValueError"):
                await scan(pool)

    play(scenario, settings("Raises"))


@pytest.mark.slow
def test_too_many_do_not_even_wait() -> None:
    async def scenario(pool: WorkerPool) -> None:
        under_way = [asyncio.create_task(scan(pool)) for _ in range(3)]  # one is judged, two wait
        await asyncio.sleep(0)
        with pytest.raises(ScanError, match="no free worker, and 2 messages wait already"):
            await scan(pool)
        assert await asyncio.gather(*under_way) == [-7.318] * 3
        assert await scan(pool) == -7.318  # those who waited are counted no more

    play(scenario, replace(settings("Slow", seconds=5.0), queue=2))


def test_worker_has_what_it_needs_and_no_more() -> None:
    """No core file, no program to start, no descriptor but its socket, and the first to go when memory is short."""

    async def scenario(pool: WorkerPool) -> None:
        verdict = await pool.scan(io.BytesIO(b"x"), 1, ENVELOPE)
        assert verdict.hits[0].detail == "0 0 500 ['socket']"

    with tempfile.TemporaryFile() as secret:
        os.set_inheritable(secret.fileno(), True)
        play(scenario, settings("Confesses"))


def test_worker_that_dies_is_replaced() -> None:
    async def scenario(pool: WorkerPool) -> None:
        (pid,) = pool.pids
        with pytest.raises(ScanError, match=r"EOFError|ConnectionResetError"):
            await scan(pool, b"die")
        assert await scan(pool) == -7.318
        assert pool.pids != [pid]

    play(scenario, settings("Dies"))


def killed(pid: int) -> None:
    """End a worker from outside, and wait until it has."""
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def test_worker_that_dies_between_two_messages_costs_none() -> None:
    async def scenario(pool: WorkerPool) -> None:
        before = pool.pids
        for pid in before:
            killed(pid)
        assert await scan(pool) == -7.318, "it waits for one that is started"
        assert pool.replaced == 2
        assert not {*before} & {*pool.pids}

    play(scenario, settings("Fair", count=2))


@pytest.mark.slow
def test_worker_that_hears_no_signal_is_killed() -> None:
    async def scenario(pool: WorkerPool) -> None:
        (pid,) = pool.pids
        with pytest.raises(ScanError, match="TimeoutError"):
            await scan(pool)
        with pytest.raises(ScanError, match="TimeoutError"):
            await scan(pool)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    play(scenario, settings("Deaf", seconds=0.1))


def test_message_that_cannot_be_read_does_not_cost_the_worker() -> None:
    async def scenario(pool: WorkerPool) -> None:
        with tempfile.TemporaryFile() as file, Torn(file) as torn, pytest.raises(OSError, match="torn"):
            await pool.scan(torn, 1, ENVELOPE)
        assert pool.free == 1
        assert await scan(pool) == -7.318

    play(scenario, settings("Fair"))


@pytest.mark.slow
def test_caller_that_goes_away_does_not_cost_the_worker() -> None:
    async def scenario(pool: WorkerPool) -> None:
        pids = pool.pids
        for _ in range(3):
            task = asyncio.create_task(scan(pool))
            await asyncio.sleep(0.1)  # the worker is busy for 0.3 s
            task.cancel()
        assert await scan(pool) == -7.318
        assert pool.pids == pids

    play(scenario, settings("Slow", seconds=5.0))


def test_model_that_does_not_load_is_told_in_one_line() -> None:
    async def scenario(_: WorkerPool) -> None:
        raise AssertionError("the pool must not start")

    with pytest.raises(StartError, match=r"model /x/card\.json is damaged"):
        play(scenario, settings("NoModel"))


def test_unknown_scanner_is_told() -> None:
    with pytest.raises(StartError, match="Nobody"):
        asyncio.run(WorkerPool(settings("Nobody")).__aenter__())


RULE = b"""[[rule]]\nsymbol = "OUR_CASINO"\npoints = %d\nin = "subject"\npattern = "casino"\n
[deny]\nrecipients = ["r@y.test"]\n"""


def test_workers_judge_by_the_operators_rules_and_the_envelope(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_bytes(RULE % 3)

    async def scenario(pool: WorkerPool) -> None:
        raw = b"Subject: casino\n\nhello\n"
        verdict = await pool.scan(io.BytesIO(raw), len(raw), ENVELOPE)
        hits = {hit.symbol: (hit.points, hit.detail) for hit in verdict.hits}
        assert hits["OUR_CASINO"] == (3.0, 'subject: "casino"')
        assert hits["DENY_LISTED"] == (50.0, "recipient r@y.test is on the deny list")

    play(scenario, PoolSettings(count=1, rules=tmp_path / "rules.toml"))


def test_rules_with_errors_start_no_worker(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("oops = 1")
    with pytest.raises(StartError, match=r"rules\.toml:1: unknown key 'oops'"):
        asyncio.run(WorkerPool(PoolSettings(count=1, rules=tmp_path / "rules.toml")).__aenter__())


def test_no_worker_outlives_the_pool() -> None:
    seen: list[int] = []

    async def scenario(pool: WorkerPool) -> None:
        seen.extend(pool.pids)

    play(scenario, settings("Fair", count=2))
    for pid in seen:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def teach(pool: WorkerPool, raw: bytes, label: Label | None) -> str:
    return await pool.teach(io.BytesIO(raw), len(raw), Lesson(label, "anna\n"))


@pytest.mark.slow
def test_a_pool_with_a_state_learns_changes_and_forgets(tmp_path: Path) -> None:
    raw = mail.ham(1)

    async def scenario(pool: WorkerPool) -> None:
        lessons: list[Label | None] = ["ham", "ham", "spam", None, None]
        done = [await teach(pool, raw, label) for label in lessons]
        assert done == ["learned", "known", "relabelled", "forgotten", "unknown"]

    play(scenario, PoolSettings(1, state=tmp_path / "state"))


def test_a_pool_without_a_state_says_where_to_name_one() -> None:
    async def scenario(pool: WorkerPool) -> None:
        with pytest.raises(LessonError, match=r"model\.state"):
            await teach(pool, b"x", "ham")

    play(scenario, settings("Fair"))


def test_clues_are_asked_for_and_told() -> None:
    async def scenario(pool: WorkerPool) -> None:
        raw = mail.spam(1)
        told = await pool.scan(io.BytesIO(raw), len(raw), ENVELOPE, 2)
        assert max(len(hit.clues) for hit in told.hits) == 2
        assert not any(hit.clues for hit in (await pool.scan(io.BytesIO(raw), len(raw), ENVELOPE)).hits)

    play(scenario, PoolSettings(1))


def test_the_pool_says_how_many_work_and_how_many_it_had_to_replace() -> None:
    async def scenario(pool: WorkerPool) -> None:
        assert (pool.running, pool.free, pool.replaced) == (2, 2, 0)
        work = asyncio.create_task(scan(pool))
        await asyncio.sleep(0)  # it has taken its worker
        assert (pool.running, pool.free) == (2, 1)
        await work
        deaths = await asyncio.gather(scan(pool, b"die"), scan(pool, b"die too"), return_exceptions=True)
        assert [type(death) for death in deaths] == [ScanError] * 2
        assert (pool.replaced, pool.free) == (2, 0)
        assert await scan(pool) == -7.318

    play(scenario, settings("Dies", count=2))


@pytest.mark.parametrize("fault", [BlockingIOError(11, "Resource temporarily unavailable"), RuntimeError("no thread")])
def test_place_of_a_worker_is_filled_though_the_system_refused_a_process(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, faults = subprocess.Popen, [fault]

    def popen(*words: Any, **options: Any) -> Any:
        if faults:
            raise faults.pop()
        return real(*words, **options)

    async def scenario(pool: WorkerPool) -> None:
        monkeypatch.setattr(subprocess, "Popen", popen)
        with pytest.raises(ScanError):
            await scan(pool, b"die")
        assert await scan(pool) == -7.318
        assert (faults, pool.running) == ([], 1)

    play(scenario, settings("Dies"))


def test_process_that_the_system_does_not_give_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(subprocess, "Popen", nothing)
    with pytest.raises(StartError, match="Too many open files"):
        asyncio.run(WorkerPool(settings("Fair")).__aenter__())


def test_failed_start_leaves_no_closed_socket_in_the_event_loop(tmp_path: Path) -> None:
    """The next connection with the number of such a socket would never be heard."""

    async def scenario() -> None:
        watched = asyncio.get_running_loop()._selector.get_map()  # type: ignore[attr-defined]
        before = set(watched)
        with pytest.raises(StartError, match="the first"):
            await WorkerPool(replace(settings("FirstFails", count=3), model=tmp_path / "flag")).__aenter__()
        assert set(watched) == before

    asyncio.run(scenario())
