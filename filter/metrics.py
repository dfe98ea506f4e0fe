"""Counters of a server for Prometheus. No label is ever made from a message or a client: series stay few.

Several server processes add up through small files in a folder that they share (`filter.shared_counts`); `forget` is
to be told which of them has ended.
"""

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.samples import Sample

from filter.record import ACTIONS, Record
from filter.shared_counts import SHARED

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FAULTS = ("scan", "spool", "internal")
STEPS = ("receive", "scan", "relay", "whole")
OTHER = "other"
"""What a label says of anything that it has no word for."""
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
SCORES = (-15.0, -5.0, -2.5, 0.0, 2.5, 5.0, 10.0, 15.0, 30.0)


class Metrics:
    """The counters of this process; called with the record of each message."""

    def __init__(self, listeners: Iterable[str], version: str = "") -> None:
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        self._listeners: frozenset[str] = frozenset()
        self._own = CollectorRegistry()
        self._totals: dict[Counter, float] = {}
        self._current: dict[Gauge, str] = {}
        # The series that each message counts in, found once: `labels` looks them up under a lock.
        self._by_action: dict[tuple[str, str], Counter] = {}
        self._by_listener: dict[str, Counter] = {}
        self._by_step: dict[str, Histogram] = {}
        self._make_counters()
        self._make_gauges()
        self._series()
        self.admit({OTHER, *listeners})
        self.started.set(time.time())
        self.heartbeat.set(time.monotonic())  # 0 would be the least of all, and others seem stuck while we start
        self.ready.set(1)
        Gauge("hamgate_build_info", "Version of hamgate.", ["version"], registry=self._own,
              multiprocess_mode="livemax").labels(version).set(1)  # fmt: skip
        _reserve()

    def _make_counters(self) -> None:
        def counter(name: str, meaning: str, *labels: str) -> Counter:
            return Counter(f"hamgate_{name}", meaning, labels, registry=self._own)

        self.messages = counter("messages", "Messages by what became of them.", "listener", "action")
        self.would = counter(
            "monitored", "Messages by what a monitoring listener would have done.", "listener", "action"
        )
        self.faults = counter("faults", "Messages that could not be judged, by the kind of fault.", "kind")
        self.octets = counter("message_bytes", "Octets of messages.", "listener")
        self.orphans = counter("orphans", "Messages whose client was gone before the relay's word came.", "accepted")
        self.replaced = counter("worker_replacements", "Workers that broke and were replaced.")
        self.unwritten = counter("history_dropped", "Rows that the history did not take.")
        self.seconds = Histogram("hamgate_step_seconds", "How long each step of a message took.", ["step"],
                                 registry=self._own, buckets=SECONDS)  # fmt: skip
        self.scores = Histogram("hamgate_score_points", "Scores of messages.", registry=self._own, buckets=SCORES)

    def _make_gauges(self) -> None:
        def gauge(name: str, meaning: str, mode: Any, *labels: str) -> Gauge:
            return Gauge(f"hamgate_{name}", meaning, labels, registry=self._own, multiprocess_mode=mode)

        self.started = gauge("start_time_seconds", "When the oldest process began, since the epoch.", "livemin")
        self.heartbeat = gauge("heartbeat_seconds", "Monotonic clock at the last turn of the slowest loop.", "livemin")
        self.processes = gauge("processes", "Server processes.", "livesum")
        self.ready = gauge("ready", "1 if every server process that listens is ready.", "livemin")
        self.connections = gauge("connections", "Connections of clients that are open.", "livesum")
        self.workers = gauge("workers", "Worker processes that run.", "livesum")
        self.free = gauge("workers_free", "Worker processes that wait for a message.", "livesum")
        self.relay_up = gauge("relay_up", "0 if the relay did not answer the last time.", "livemin", "relay", "address")
        self.model = gauge("model_info", "1 for the model that judges.", "livemax", "model")
        self.learned = gauge("learned_messages", "Messages learned at this site.", "livemax")

    def _series(self) -> None:
        """Make all series at once, with 0: a first message is then seen as one, and files do not grow later."""
        for kind in (*FAULTS, OTHER):
            self.faults.labels(kind)
        self._by_step = {step: self.seconds.labels(step) for step in STEPS}
        for word in ("yes", "no"):
            self.orphans.labels(word)

    def admit(self, listeners: Iterable[str]) -> None:
        """Count for these listeners by their names from now on, too: settings may be read again."""
        new = frozenset(listeners) - self._listeners
        for listener in sorted(new):
            self._by_listener[listener] = self.octets.labels(listener)
            for action in (*ACTIONS, OTHER):
                self._by_action[listener, action] = self.messages.labels(listener, action)
                self.would.labels(listener, action)
        self._listeners |= new
        if new:
            _reserve()

    def __call__(self, record: Record) -> None:
        """Count a message."""
        listener = record.listener if record.listener in self._listeners else OTHER
        self._by_action[listener, _one_of(ACTIONS, record.action)].inc()
        self._by_listener[listener].inc(max(0, record.size))
        if record.would:
            self.would.labels(listener, _one_of(ACTIONS, record.would)).inc()
        if record.fault:
            self.faults.labels(_one_of(FAULTS, record.fault)).inc()
        if record.score is not None:
            self.scores.observe(record.score)
        for step, seconds in _steps(record.seconds).items():
            self._by_step[step].observe(seconds)

    def orphan(self, accepted: bool) -> None:
        """Count a message whose client did not wait for the relay's word."""
        self.orphans.labels("yes" if accepted else "no").inc()

    def advance(self, counter: Counter, total: float) -> None:
        """Bring a counter without labels to the `total` that somebody else counts."""
        counter.inc(max(0.0, total - self._totals.get(counter, 0.0)))
        self._totals[counter] = total

    def judged_by(self, model: str) -> None:
        """Say which model judges now."""
        before = self._current.get(self.model)
        if before not in (None, model):
            self.model.labels(before).set(0)
        self.model.labels(model).set(1)
        self._current[self.model] = model

    @property
    def registry(self) -> CollectorRegistry:
        """What is told: the counters of this process, or of all that share a folder."""
        if not os.environ.get(SHARED):
            return self._own
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return registry

    def page(self) -> bytes:
        """All of it in the text format of Prometheus."""
        return prometheus_client.generate_latest(self.registry)

    def samples(self) -> list[Sample]:
        """All of it, as values."""
        return [sample for metric in self.registry.collect() for sample in metric.samples]


def forget(pid: int) -> None:
    """Take the gauges of a server process that has ended out of the sum; its counts stay."""
    if os.environ.get(SHARED):
        mark_process_dead(pid)  # type: ignore[no-untyped-call]


def _one_of(words: tuple[str, ...], word: str) -> str:
    return word if word in words else OTHER


def _steps(seconds: Mapping[str, float]) -> dict[str, float]:
    """The steps that are counted; the whole is their sum if nobody measured it."""
    known = {step: seconds[step] for step in STEPS if step in seconds}
    return known and {"whole": sum(known.values())} | known


def _reserve() -> None:
    """Take the room of this process's files now: written later through a mapping, a full disk would kill it."""
    if folder := os.environ.get(SHARED):
        for file in Path(folder).glob(f"*_{os.getpid()}.db"):
            with file.open("r+b") as opened:
                os.posix_fallocate(opened.fileno(), 0, file.stat().st_size)
