"""A witness that writes each record into the history. It never makes a mail wait, and never fails one."""

import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

from filter.record import Record
from filter.store.errors import StateError
from filter.store.history import History, WrongFileError, create

log = logging.getLogger("hamgate.history")

BATCH = 500
"""Rows of one transaction."""
LINGER = 1.0
"""Seconds for which rows are collected: so much is lost if the server is killed."""
WAITING = 10_000
"""Rows that wait while the disk is slow (some 20 MiB); further ones are dropped."""
_COMPLAINT = 60.0
_IDLE = 60.0
_DAY = 86_400.0


class HistoryWriter:
    """Collects records and writes them in a thread of its own. Several processes may write the same file.

    What cannot be written is dropped, counted, and named in the log once a minute. Raises StateError only at the
    start, for a file that is not ours: waiting would not help.
    """

    def __init__(self, path: Path, days: float, rows: int, clock: Callable[[], float] = time.time) -> None:
        self._path, self._days, self._rows, self._clock = path, days, rows, clock
        self._waiting: queue.Queue[Record | None] = queue.Queue(WAITING)
        self._lock = threading.Lock()
        self._dropped = 0
        self._complained = float("-inf")
        self._history: History | None = None
        self._try_to_open()
        self._thread = threading.Thread(target=self._run, name="history", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Records that were not written since the start."""
        return self._dropped

    def __call__(self, record: Record) -> None:
        """Take a record; returns at once."""
        try:
            self._waiting.put_nowait(record)
        except queue.Full:
            self._drop(1, f"{WAITING} rows wait to be written")

    def close(self, seconds: float = 5.0) -> None:
        """Write what waits, for so many seconds at most. Records that come later are not written."""
        try:
            self._waiting.put(None, timeout=seconds)
        except queue.Full:
            log.warning("history: %d rows were not written before the end", self._waiting.qsize())
            return
        self._thread.join(seconds)

    def _try_to_open(self) -> None:
        try:
            self._open()
        except WrongFileError:
            raise
        except StateError as error:  # a full disk at the start must not keep the mail out
            log.warning("history: %s", error)

    def _open(self) -> History:
        if self._history is None or self._history.is_gone:  # removed by hand: a new one is begun
            self._shut()
            if not os.path.exists(self._path):  # noqa: PTH110 - no error where we may not look: `create` says it better
                create(self._path)
            self._history = History(self._path, writing=True)
        return self._history

    def _shut(self) -> None:
        if self._history is not None:
            self._history.close()
        self._history = None

    def _run(self) -> None:
        more = True
        while more:
            batch, more = self._batch()
            try:
                self._write(batch)
            except Exception as error:  # this thread is the only one: it must not end
                self._shut()
                self._drop(len(batch), str(error) if isinstance(error, StateError) else type(error).__name__)
        self._shut()

    def _batch(self) -> tuple[list[Record], bool]:
        """Wait for records and collect them; False with the last ones. Without any, an empty batch now and then."""
        batch: list[Record] = []
        end = time.monotonic() + _IDLE
        while len(batch) < BATCH and (left := end - time.monotonic()) > 0:
            try:
                record = self._waiting.get(timeout=left)
            except queue.Empty:
                break
            if record is None:
                return batch, False
            if not batch:
                end = time.monotonic() + LINGER
            batch.append(record)
        return batch, True

    def _write(self, batch: list[Record]) -> None:
        history = self._open()
        if batch:
            history.add(batch)
        try:
            history.prune(self._clock() - self._days * _DAY, self._rows)
        except StateError as error:
            self._complain("history: old rows stay: %s", error)

    def _drop(self, count: int, why: str) -> None:
        if count == 0:  # nothing was to be written: that the file cannot be opened is told where it is opened first
            return
        with self._lock:
            self._dropped += count
        self._complain("history: %d rows were not written since the start: %s", self._dropped, why)

    def _complain(self, text: str, *words: object) -> None:
        now = time.monotonic()
        if now - self._complained >= _COMPLAINT:
            self._complained = now
            log.warning(text, *words)
