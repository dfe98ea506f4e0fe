"""What a running service says of itself: the sources that its health is made from."""

from collections.abc import Callable, Iterable, Mapping

from filter.health import RelayState, Sources
from filter.pool import WorkerPool
from filter.service import Service
from filter.smtp.upstream import SmtpRelay


def sources(
    service: Service, model: Callable[[], str], learned: Callable[[], int | None], unwritten: Callable[[], int]
) -> Sources:
    """The sources of `service`, before its start, while it runs, and when its settings have changed."""
    return Sources(
        listening=lambda: _listening(service),
        listeners=lambda: {name: str(door.bound) for name, door in service.doors.items()},
        connections=lambda: sum(len(door.guests) for door in service.doors.values()),
        workers=lambda: pool.running if (pool := _pool(service)) else 0,
        free=lambda: pool.free if (pool := _pool(service)) else 0,
        replaced=lambda: pool.replaced if (pool := _pool(service)) else 0,
        relays=lambda: _relays(service),
        model=model,
        learned=learned,
        unwritten=unwritten,
    )


def _listening(service: Service) -> bool:
    servers = [door.server for door in service.doors.values()]
    return bool(servers) and all(server is not None and server.is_serving() for server in servers)


def _pool(service: Service) -> WorkerPool | None:
    try:
        return service.judge.pool
    except RuntimeError:  # not started, or ended
        return None


def _relays(service: Service) -> Mapping[str, Iterable[RelayState]]:
    """The states of each relay's addresses; a maildir has none."""
    return {name: relay.states() if isinstance(relay, SmtpRelay) else () for name, relay in service.relays.items()}
