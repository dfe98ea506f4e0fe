"""hamgate as a server: its doors for spamc, milters and HTTP, with one worker."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from filter.door.endpoint import Endpoint
from filter.envelope import Envelope
from filter.milter.client import scan
from tests.benchmarks.machine import MEASURED, children, on
from tests.benchmarks.served import Served, http, spamc
from tests.gate import Gate

SETTINGS = """\
processes = {processes}
[workers]
count = {workers}
[policy]
reject_at = "off"
[listeners.inbound]
address = "127.0.0.1:0"
trust_clients = true
[listeners.inbound.limits]
connections = 1000
connections_per_address = 1000
[milters.mta]
address = "127.0.0.1:0"
[spamd.spamc]
address = "127.0.0.1:0"
[http.web]
address = "127.0.0.1:0"
[relays.relay]
addresses = ["{relay}"]
"""
SPAMD, HTTP, MILTER = "spamd door", "HTTP door", "milter door"
DOORS = ("inbound", "mta", "spamc", "web")
_ENVELOPE = Envelope(
    client_address="192.0.2.7", helo=b"mx.example.org", sender=b"s@example.org", recipients=(b"r@example.net",)
)


@contextmanager
def server(folder: Path, relay: str = "127.0.0.1:9", workers: int = 1, processes: int = 1) -> Iterator[Gate]:
    """A running server on the measured core, `workers` for each process; what is accepted goes to `relay`."""
    folder.mkdir(parents=True, exist_ok=True)
    gate = Gate(folder, SETTINGS.format(relay=relay, workers=workers, processes=processes), DOORS)
    with on(MEASURED):
        gate.start()
    try:
        yield gate
    finally:
        gate.terminate()


def pids(gate: Gate) -> list[int]:
    """The server and its workers."""
    return [gate.process.pid, *gate.workers()]


def pairs(gate: Gate) -> list[list[int]]:
    """Of a server with several processes: each of them with its workers."""
    return [[pid, *children(pid)] for pid in gate.workers()]


def contestants(gate: Gate) -> list[Served]:
    """One for each door, a connection for each message."""
    spamd, web, mta = (("127.0.0.1", gate.ports[name]) for name in ("spamc", "web", "mta"))
    return [
        Served(SPAMD, pids(gate), partial(spamc, spamd, "SYMBOLS")),
        Served(HTTP, pids(gate), partial(http, web, "/checkv2")),
        Served(MILTER, pids(gate), partial(_milter, Endpoint(*mta))),
    ]


def _milter(endpoint: Endpoint, message: bytes) -> object:
    return asyncio.run(scan(endpoint, message, _ENVELOPE))
