"""Worker processes seen from the server: a verdict for each message, or ScanError. Nothing a worker does harms us."""

import asyncio
import logging
import math
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, BinaryIO, Generic, TypeVar

from filter import tasks
from filter.child import Child, PoolSettings, StartError
from filter.envelope import Envelope
from filter.killers import Killers
from filter.lesson import Lesson, LessonError
from filter.tasks import Scan, Task
from filter.verdict import Verdict

log = logging.getLogger("hamgate.pool")

T = TypeVar("T")

QUEUE = 64
"""Messages that may wait for each worker: 16 MiB at most, as longer ones lie on disk."""
_NO_STATE = "nothing can be learned here: name a state folder in the settings (model.state), or serve with --state"


class ScanError(Exception):
    """There is no verdict. The text is for the log."""


@dataclass(frozen=True, slots=True)
class _Question(Generic[T]):
    """A message that a worker has, and who waits for the answer."""

    named: Callable[[], bytes]
    """Its name among those that killed."""
    read: Callable[[Any], T]
    told: "asyncio.Future[T]"

    def fail(self, text: str) -> None:
        """Tell that there is no verdict, and why."""
        if not self.told.done():
            self.told.set_exception(ScanError(text))


class WorkerPool:
    """Keeps `count` workers; each judges one message at a time. Used as an asynchronous context manager."""

    def __init__(self, settings: PoolSettings) -> None:
        self._settings = settings
        self._free: asyncio.LifoQueue[Child] = asyncio.LifoQueue()  # the last one used has the warmest caches
        self._children: set[Child] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._starting = 0
        self._killers = Killers()
        self._waiting = 0
        self._ending = False
        self.answered = -math.inf
        """When a worker last answered (monotonic)."""
        self.model = ""
        """The version of the model that judged last."""
        self.replaced = 0
        """Workers that broke and were replaced, or are to be."""

    @property
    def running(self) -> int:
        """Workers that loaded their model, free or at work."""
        return len(self._children) - self._starting

    @property
    def free(self) -> int:
        """Workers that wait for a message."""
        return self._free.qsize()

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers."""
        return [child.pid for child in self._children]

    async def __aenter__(self) -> "WorkerPool":
        try:
            await asyncio.gather(*(self._start(self._add()) for _ in range(self._settings.count)))
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ending = True
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(child.end() for child in self._children))
        self._children.clear()

    async def _add(self) -> None:
        try:
            child = Child(self._settings)
            await self._load(child)
        except (OSError, EOFError, ValueError, KeyError, TypeError, TimeoutError) as error:
            raise StartError(f"a worker does not start: {str(error) or type(error).__name__}") from error
        self._hand_back(child)

    async def _load(self, child: Child) -> None:
        """Wait until it is ready. One that fails is ended; one whose start is cancelled ends with the pool."""
        self._children.add(child)
        self._starting += 1
        try:
            async with asyncio.timeout(self._settings.patience):
                self.model = await child.ready()
        except Exception:
            await self._end(child)
            raise
        finally:
            self._starting -= 1

    def _hand_back(self, child: Child) -> None:
        self.answered = monotonic()
        self._free.put_nowait(child)

    async def _end(self, child: Child) -> None:
        await child.end()
        self._children.discard(child)  # not before: what is in the set is ended with the pool

    async def scan(self, message: BinaryIO, size: int, envelope: Envelope, clues: int = 0) -> Verdict:
        """Judge `message`. A caller that goes away does not cost the worker: it finishes and is free again."""
        verdict = await self._ask(message, size, Scan(envelope, clues), tasks.verdict_from_json)
        self.model = verdict.model
        return verdict

    async def teach(self, message: BinaryIO, size: int, lesson: Lesson) -> str:
        """Learn or forget `message`, and return what was done (`filter.lesson.Done`). Raises LessonError, ScanError."""
        if self._settings.state is None:
            raise LessonError(_NO_STATE)
        done = await self._ask(message, size, lesson, tasks.lesson_from_json)
        if isinstance(done, LessonError):
            raise done
        return done

    async def _ask(self, message: BinaryIO, size: int, task: Task, read: Callable[[Any], T]) -> T:
        named = self._killers.named(message)
        if self._killers and self._killers.twice(named()):
            raise ScanError("it killed a worker twice")
        child = await self._next_free()
        told: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        try:
            child.ask(message, size, task, partial(self._answered, child, _Question(named, read, told)))
        except Exception:  # the message could not be read: the worker has nothing of it
            self._hand_back(child)
            raise
        return await told

    async def _next_free(self) -> Child:
        """Wait for a worker that lives, if not too many do already: what waits takes memory."""
        if self._waiting >= (self._settings.queue or QUEUE * self._settings.count):
            raise ScanError(f"no free worker, and {self._waiting} messages wait already")
        while not self._free.empty():
            if self._is_fit(child := self._free.get_nowait()):
                return child
        self._waiting += 1
        try:
            async with asyncio.timeout(self._settings.patience):
                while not self._is_fit(child := await self._free.get()):
                    pass
                return child
        except TimeoutError:
            raise ScanError("no free worker") from None
        finally:
            self._waiting -= 1

    def _is_fit(self, child: Child) -> bool:
        """Whether `child` can be asked; it is replaced if not."""
        if not child.fit:
            self._renew(child)
            return False
        return True

    def _start(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _answered(self, child: Child, question: "_Question[T]", content: Any, fault: Exception | None) -> None:
        """Take what `child` says, also if nobody waits for it any more; who says what cannot be is replaced."""
        try:
            if fault is not None:
                raise fault
            refused = content.get("error")
            found = None if refused else question.read(content)
        except Exception as error:  # whatever it said, it is not believed again
            self._broke(child, question, error)
            question.fail(f"{type(error).__name__}: {error}")
            return
        self._hand_back(child)
        if found is None:
            question.fail(refused)
        elif not question.told.done():
            question.told.set_result(found)

    def _broke(self, child: Child, question: "_Question[T]", error: Exception) -> None:
        if isinstance(error, OSError | EOFError):  # dead, or deaf too long (TimeoutError) and killed
            self._killers.add(question.named())
        self._renew(child)

    def _renew(self, child: Child) -> None:
        if not self._ending:
            self.replaced += 1
            self._start(self._replace(child))

    async def _replace(self, child: Child) -> None:
        """Put a new worker in the place of one that broke. Without a model we wait for one, and messages get 451."""
        log.warning("worker %d is replaced", child.pid)
        delay = 0.1
        while True:
            try:
                await self._end(child)
                return await self._add()
            except StartError as error:
                log.error("cannot start a worker: %s", error)
            except Exception:  # nobody else would ever fill this place
                log.exception("cannot start a worker")
            await asyncio.sleep(delay)
            delay = min(30.0, delay * 2)
