"""The counters of a server in a form for people: what `/status.json` tells and `hamgate status` prints."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from prometheus_client.samples import Sample

from filter.metrics import STEPS

_SHARE = 0.95


class Reading:
    """Samples by name, without the `hamgate_` that each has."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self._samples: dict[str, list[Sample]] = defaultdict(list)
        for sample in samples:
            self._samples[sample.name.removeprefix("hamgate_")].append(sample)

    def one(self, name: str) -> float:
        """The value of a series without labels; 0 if there is none."""
        return next((sample.value for sample in self._samples.get(name, ())), 0.0)

    def by(self, name: str, *labels: str, **only: str) -> dict[tuple[str, ...], float]:
        """Sums by these labels, of the series with the labels `only`."""
        sums: dict[tuple[str, ...], float] = {}
        for sample in self._samples.get(name, ()):
            if only.items() <= sample.labels.items():
                key = tuple(sample.labels[label] for label in labels)
                sums[key] = sums.get(key, 0.0) + sample.value
        return sums

    def counts(self, name: str, label: str) -> dict[str, int]:
        """Sums by one label, of what was counted at all."""
        return {word: int(value) for (word,), value in self.by(name, label).items() if value}


def summary(reading: Reading) -> dict[str, Any]:
    """What a server has done since its start, and what it holds now."""
    models = [model for (model,), current in reading.by("model_info", "model").items() if current]
    return {
        "started": reading.one("start_time_seconds"),
        "processes": int(reading.one("processes")),
        "connections": int(reading.one("connections")),
        "model": ", ".join(models),
        "workers": {
            "running": int(reading.one("workers")),
            "free": int(reading.one("workers_free")),
            "replaced": int(reading.one("worker_replacements_total")),
        },
        "relays": [
            {"relay": relay, "address": address, "up": bool(up)}
            for (relay, address), up in reading.by("relay_up", "relay", "address").items()
        ],
        "messages": {"start": reading.counts("messages_total", "action")},
        "monitored": reading.counts("monitored_total", "action"),
        "faults": reading.counts("faults_total", "kind"),
        "orphans": sum(reading.counts("orphans_total", "accepted").values()),
        "unwritten": int(reading.one("history_dropped_total")),
        "steps": {step: found for step in STEPS if (found := _step(reading, step))},
    }


def _step(reading: Reading, step: str) -> dict[str, float]:
    """How often, the mean, and a time that 95 % of all kept to (the bound of a bucket; -1: beyond the last)."""
    count = reading.by("step_seconds_count", step=step).get((), 0.0)
    if not count:
        return {}
    mean = reading.by("step_seconds_sum", step=step)[()] / count
    buckets = reading.by("step_seconds_bucket", "le", step=step)
    bounds = sorted((float(bound), below) for (bound,), below in buckets.items() if bound != "+Inf")
    within = next((bound for bound, below in bounds if below >= _SHARE * count), -1.0)
    return {"count": int(count), "mean": round(mean, 6), "within": within}
