"""A whole service, watched: what it does is counted, kept, and told."""

import asyncio
import json
import smtplib
from pathlib import Path
from typing import Any

import pytest

from filter.config.settings import ListenerSettings, RelayTable, Settings, WorkerSettings
from filter.health import Health
from filter.metrics import Metrics
from filter.observed import sources
from filter.service import Service
from filter.status import Status
from filter.store.history_writer import HistoryWriter
from tests.records import kept

pytestmark = pytest.mark.usefixtures("alone", "path_of_workers")


def settings(relay: RelayTable) -> Settings:
    return Settings(
        listeners={"inbound": ListenerSettings(address="127.0.0.1:0")},
        relays={"postfix": relay},
        workers=WorkerSettings(count=1, memory_mib=1024),
    )


def send(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.sendmail("eve@example.com", ["ann@example.net"], b"Subject: hello\r\n\r\nhello\r\n")


class Watched:
    """A service with all that watches it."""

    def __init__(self, folder: Path, relay: RelayTable) -> None:
        self.file = folder / "history"
        self.metrics = Metrics([])
        self.history = HistoryWriter(self.file, 30.0, 1000)
        witnesses = (self.metrics, self.history)
        self.service = Service(settings(relay), factory="tests.faults.scanners:Fair", witnesses=witnesses)
        found = sources(self.service, lambda: "2026.1", lambda: None, lambda: self.history.dropped)
        self.health = Health(self.metrics, found)
        self.status = Status(self.metrics, self.health, "1.2.3", self.file)

    async def told(self) -> Any:
        """What `/status.json` says now."""
        return json.loads((await self.status.pages()["/status.json"]()).body)


def test_a_message_is_counted_kept_and_told(tmp_path: Path) -> None:
    async def run() -> None:
        watched = Watched(tmp_path, RelayTable(maildir=tmp_path / "mail"))
        assert watched.health.reasons() == ["not listening", "no worker runs: messages wait, then get 451"]
        await watched.service.start()
        try:
            bound = watched.service.doors["inbound"].bound
            await asyncio.to_thread(send, bound.port)
            await asyncio.to_thread(watched.history.close)
            told = await watched.told()
        finally:
            await watched.service.drain()
        assert (told["ready"], told["reasons"]) == (True, [])
        assert told["listeners"] == {"inbound": str(bound)}
        assert (told["workers"], told["relays"]) == ({"running": 1, "free": 1, "replaced": 0}, [])
        assert told["messages"] == {span: {"accept": 1} for span in ("start", "minute", "hour", "day")}
        assert "not listening" in (await watched.told())["reasons"]

    asyncio.run(run())
    (record,) = kept(tmp_path / "history")
    assert (record.action, record.listener, record.sender) == ("accept", "inbound", "b'eve@example.com'")


def test_a_relay_that_is_not_there_is_named(tmp_path: Path) -> None:
    async def run() -> Any:
        watched = Watched(tmp_path, RelayTable(addresses=("127.0.0.1:1",)))
        await watched.service.start()
        try:
            return await watched.told()
        finally:
            await watched.service.drain()
            watched.history.close()

    told = asyncio.run(run())
    assert told["relays"][0]["up"] is False
    assert told["reasons"][0].startswith("relay postfix: 127.0.0.1:1 does not answer: ")
