"""A made server, to be looked at: its parts say what a test wants."""

from dataclasses import dataclass, field

from filter.health import Health, Sources
from filter.metrics import Metrics


@dataclass
class Address:
    """What is known of one address of a relay."""

    address: str = "127.0.0.1:10026"
    fault: str = ""
    failures: int = 0

    def fails(self, fault: str) -> None:
        """Note a failure."""
        self.fault, self.failures = fault, self.failures + 1


@dataclass
class House:
    """Everything well: listening, two workers, one relay."""

    listening: bool = True
    listeners: dict[str, str] = field(default_factory=lambda: {"inbound": "127.0.0.1:10025"})
    connections: int = 3
    workers: int = 2
    free: int = 1
    replaced: int = 0
    relays: dict[str, list[Address]] = field(default_factory=lambda: {"postfix": [Address()]})
    model: str = "2026.1"
    learned: int | None = 12
    unwritten: int = 0
    now: float = 1000.0

    def __post_init__(self) -> None:
        self.metrics = Metrics(["inbound"], "1.2.3")
        self.health = Health(self.metrics, self._sources(), clock=lambda: self.now)

    def _sources(self) -> Sources:
        return Sources(
            listening=lambda: self.listening,
            listeners=lambda: self.listeners,
            connections=lambda: self.connections,
            workers=lambda: self.workers,
            free=lambda: self.free,
            replaced=lambda: self.replaced,
            relays=lambda: self.relays,
            model=lambda: self.model,
            learned=lambda: self.learned,
            unwritten=lambda: self.unwritten,
        )
