"""A judge that can be exchanged while messages are being judged: each is finished by the one that began it."""

import asyncio
from collections import Counter
from typing import BinaryIO

from filter.child import PoolSettings
from filter.envelope import Envelope
from filter.lesson import Lesson
from filter.pool import WorkerPool
from filter.verdict import Verdict


class Changeover:
    """The pool in use, and those that finish what they have begun."""

    def __init__(self) -> None:
        self._pool: WorkerPool | None = None
        self._busy: Counter[WorkerPool] = Counter()
        """Messages with each pool that has processes."""
        self._finished = asyncio.Event()
        """Set when a pool that leaves has finished a message."""
        self._leaving: set[asyncio.Task[None]] = set()

    @property
    def pool(self) -> WorkerPool:
        """The one in use. RuntimeError: there is none yet."""
        if self._pool is None:
            raise RuntimeError("no workers yet")
        return self._pool

    def model(self) -> str:
        """The version of the model that judged last; empty before there is one."""
        return self._pool.model if self._pool else ""

    @property
    def answered(self) -> float:
        """When a worker last answered (monotonic)."""
        return self.pool.answered

    async def change(self, settings: PoolSettings) -> None:
        """Start new workers and, when they are ready, let the old ones go. On StartError the old ones stay."""
        new = WorkerPool(settings)
        await new.__aenter__()
        old, self._pool = self._pool, new
        self._busy[new] = 0
        if old is not None:
            task = asyncio.create_task(self._retire(old))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def _retire(self, pool: WorkerPool) -> None:
        while self._busy[pool]:
            self._finished.clear()
            await self._finished.wait()
        await pool.__aexit__()
        del self._busy[pool]  # not before: if this is cancelled, `end` ends it

    async def scan(self, message: BinaryIO, size: int, envelope: Envelope, clues: int = 0) -> Verdict:
        """See `WorkerPool`."""
        pool = self._begin()
        try:
            return await pool.scan(message, size, envelope, clues)
        finally:
            self._end(pool)

    async def teach(self, message: BinaryIO, size: int, lesson: Lesson) -> str:
        """See `WorkerPool`."""
        pool = self._begin()
        try:
            return await pool.teach(message, size, lesson)
        finally:
            self._end(pool)

    def _begin(self) -> WorkerPool:
        pool = self.pool
        self._busy[pool] += 1
        return pool

    def _end(self, pool: WorkerPool) -> None:
        self._busy[pool] -= 1
        if pool is not self._pool:
            self._finished.set()

    async def end(self) -> None:
        """Stop all workers."""
        for task in tuple(self._leaving):
            task.cancel()
        await asyncio.gather(*self._leaving, return_exceptions=True)
        for pool in tuple(self._busy):
            await pool.__aexit__()
        self._pool = None
