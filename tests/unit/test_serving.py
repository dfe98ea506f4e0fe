"""A server process: what it does at SIGHUP and SIGTERM, and what it tells of its start."""

import asyncio
import logging
import os
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest

from filter.child import StartError
from filter.config.settings import HistorySettings, LogSettings, PolicySettings, Settings, StatusSettings
from filter.milter.settings import MilterDoor
from filter.service import Service
from filter.serving import run
from filter.tomlfile.errors import TomlFileError
from tests.faults.client import Client
from tests.faults.scanners import GTUBE
from tests.records import kept
from tests.settings import small

pytestmark = pytest.mark.usefixtures("path_of_workers")


class Disk:
    """The settings file, as it is read again."""

    def __init__(self, settings: Settings) -> None:
        self.content: Settings | TomlFileError = settings

    def __call__(self) -> Settings:
        if isinstance(self.content, TomlFileError):
            raise self.content
        return self.content


@asynccontextmanager
async def serving(disk: Disk) -> AsyncIterator[Service]:
    ready: asyncio.Queue[Service] = asyncio.Queue()
    first = disk()
    server = asyncio.create_task(run(first, ready.put_nowait, reread=disk, factory="tests.faults.scanners:Fair"))
    begun = asyncio.create_task(ready.get())
    await asyncio.wait([server, begun], return_when=asyncio.FIRST_COMPLETED)
    if server.done():
        begun.cancel()
        await server
    try:
        yield await begun
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
        await server


async def spam_hears(service: Service) -> bytes:
    client = await Client.connect(service.doors["inbound"].bound.port)
    async with client:
        await client.hello()
        await client.envelope()
        return (await client.data(b"Subject: x\r\n\r\n" + GTUBE + b"\r\n"))[:9]


async def reloaded(caplog: pytest.LogCaptureFixture) -> str:
    """Send SIGHUP and wait for the line that says what came of it."""
    caplog.clear()
    os.kill(os.getpid(), signal.SIGHUP)
    async with asyncio.timeout(20):
        while not (said := [line for line in caplog.messages if "reloaded" in line]):  # noqa: ASYNC110 - a log
            await asyncio.sleep(0.01)
    return said[0]


def test_sighup_takes_new_thresholds_and_keeps_the_old_ones_if_the_file_is_broken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tags, rejects = (small(tmp_path, reject_at=reject_at) for reject_at in ("off", "15"))
    disk = Disk(tags)

    async def scenario() -> None:
        async with serving(disk) as service:
            port = service.doors["inbound"].bound.port
            assert await spam_hears(service) == b"250 2.6.0"
            disk.content = rejects
            assert await reloaded(caplog) == "reloaded"
            assert await spam_hears(service) == b"550 5.7.1"
            disk.content = TomlFileError(Path("hamgate.toml"), ["hamgate.toml:3: tag_at = 'x': write a number"])
            assert await reloaded(caplog) == (
                "not reloaded, all stays as it was: hamgate.toml has 1 error\n"
                "hamgate.toml:3: tag_at = 'x': write a number"
            )
            assert await spam_hears(service) == b"550 5.7.1"
            assert service.doors["inbound"].bound.port == port

    with caplog.at_level(logging.INFO, "hamgate.service"):
        asyncio.run(scenario())


def test_sighup_opens_and_closes_listeners(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    one = small(tmp_path)
    two = replace(one, listeners={**one.listeners, "second": one.listeners["inbound"]})
    disk = Disk(one)

    async def scenario() -> None:
        async with serving(disk) as service:
            disk.content = two
            await reloaded(caplog)
            second = service.doors["second"].bound
            async with await Client.connect(second.port) as client:
                await client.hello()
                disk.content = one
                await reloaded(caplog)
                assert await client.reply() == b"421 4.3.2 Server is shutting down, try again later\r\n"
            with pytest.raises(OSError, match="Connect call failed"):
                await Client.connect(second.port)
            assert await spam_hears(service) == b"250 2.6.0"

    with caplog.at_level(logging.INFO, "hamgate.service"):
        asyncio.run(scenario())


def test_what_takes_a_restart_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    disk = Disk(small(tmp_path))

    async def scenario() -> None:
        async with serving(disk):
            disk.content = replace(disk(), log=LogSettings(format="json"), policy=PolicySettings(tag_at=7.0))
            await reloaded(caplog)
            assert "a change of log takes a restart" in caplog.messages

    with caplog.at_level(logging.INFO, "hamgate.service"):
        asyncio.run(scenario())


def test_who_may_connect_to_an_open_unix_socket_takes_a_restart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    milters = [
        MilterDoor(address=f"unix:{tmp_path}/{name}", socket_mode=mode)
        for name, mode in (("a", "0660"), ("a", "0666"), ("b", "0660"))
    ]
    disk = Disk(replace(small(tmp_path), milters={"mta": milters[0]}))
    warning = "a change of socket_mode or socket_group of mta takes a restart"

    async def scenario() -> None:
        async with serving(disk):
            for milter, warned in zip(milters[1:], (True, False), strict=True):
                disk.content = replace(disk(), milters={"mta": milter})
                await reloaded(caplog)
                assert (warning in caplog.messages) is warned

    with caplog.at_level(logging.INFO, "hamgate.service"):
        asyncio.run(scenario())


def test_a_message_is_kept_with_its_addresses_hidden(tmp_path: Path) -> None:
    history = HistorySettings(file=tmp_path / "history.sqlite")
    disk = Disk(replace(small(tmp_path, reject_at="15"), history=history, log=LogSettings(addresses="hidden")))

    async def scenario() -> None:
        async with serving(disk) as service:
            await spam_hears(service)

    asyncio.run(scenario())
    (record,) = kept(tmp_path / "history.sqlite")
    assert (record.action, record.sender, record.recipient, record.client, record.model) == (
        "reject", "-", "-", "-", "fair",
    )  # fmt: skip


def test_a_history_that_is_another_file_stops_the_start(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as other:
        other.execute("CREATE TABLE mine (x)")

    async def scenario() -> None:
        async with serving(Disk(replace(small(tmp_path), history=HistorySettings(file=tmp_path / "other.sqlite")))):
            pass

    with pytest.raises(StartError, match=r"other\.sqlite"):
        asyncio.run(scenario())


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            {"log": LogSettings(addresses="hashed", key_file=Path("/nowhere"))},
            "log.key_file: /nowhere: No such file or directory: make one: .umask 077; openssl",
        ),
        ({"status": StatusSettings(address="192.0.2.1:9925")}, "192.0.2.1:9925"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_stops_the_start(tmp_path: Path, change: dict[str, object], text: str) -> None:
    async def scenario() -> None:
        async with serving(Disk(replace(small(tmp_path), **change))):  # type: ignore[arg-type]
            pass

    with pytest.raises(StartError, match=text):
        asyncio.run(scenario())


class Silent:
    """A relay that lets everybody in and says nothing: who looks at it waits for minutes."""

    async def __aenter__(self) -> "Silent":
        self._met, self._gone = asyncio.Event(), asyncio.Event()
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def _meet(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._met.set()
        await self._gone.wait()
        writer.close()

    async def met(self) -> None:
        """Wait until somebody has come."""
        await asyncio.wait_for(self._met.wait(), 20)

    async def __aexit__(self, *_: object) -> None:
        self._gone.set()
        self._server.close()


@pytest.mark.parametrize("phase", ["start", "reload"])
def test_sigterm_is_heard_while_a_silent_relay_is_waited_for(phase: str, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Silent() as relay:
            waits = small(relay.address)
            disk = Disk(waits if phase == "start" else small(tmp_path))
            ready: asyncio.Queue[Service] = asyncio.Queue()
            server = asyncio.create_task(
                run(disk(), ready.put_nowait, reread=disk, factory="tests.faults.scanners:Fair")
            )
            if phase == "reload":
                await ready.get()
                disk.content = waits
                os.kill(os.getpid(), signal.SIGHUP)
            await relay.met()
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(server, 10)
            assert ready.empty()  # nobody is told that it serves

    asyncio.run(scenario())


def test_reload_outlives_any_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the system, that has no process to give, and of our own."""

    def no_process(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    def broken(_: Disk) -> Settings:
        raise LookupError("no such thing")

    disk = Disk(small(tmp_path, reject_at="15"))

    async def scenario() -> None:
        async with serving(disk) as service:
            with monkeypatch.context() as patched:
                patched.setattr(subprocess, "Popen", no_process)
                assert (await reloaded(caplog)).startswith("not reloaded, all stays as it was: a worker does not start")
            monkeypatch.setattr(Disk, "__call__", broken)
            assert await reloaded(caplog) == "not reloaded, all stays as it was: LookupError"
            assert await spam_hears(service) == b"550 5.7.1"

    with caplog.at_level(logging.INFO, "hamgate.service"):
        asyncio.run(scenario())


def test_what_fails_when_the_new_settings_are_in_use_is_no_reload_that_did_not_happen(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deaf(_: asyncio.Server) -> None:
        raise OSError(105, "No buffer space available")

    one = small(tmp_path, reject_at="off")
    inbound = one.listeners["inbound"]
    two = replace(small(tmp_path, reject_at="15"), listeners={"inbound": inbound, "more": inbound})
    three = replace(two, listeners={"inbound": inbound, "most": inbound})
    disk = Disk(one)

    async def scenario() -> None:
        async with serving(disk) as service:
            disk.content = two
            await reloaded(caplog)
            second = service.doors["more"].bound.port
            with monkeypatch.context() as patched:
                patched.setattr("filter.service.admit", deaf)
                disk.content = three
                assert await reloaded(caplog) == "reloaded, but not all of it: most: No buffer space available"
            assert await spam_hears(service) == b"550 5.7.1"
            with pytest.raises(OSError, match="Connect call failed"):
                await Client.connect(second)

    with caplog.at_level(logging.INFO, "hamgate.service"):
        asyncio.run(scenario())


def test_sigterm_in_the_midst_of_a_reload_takes_leave_at_doors_that_are_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(_: asyncio.Server) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(60)

    one = small(tmp_path)
    inbound = one.listeners["inbound"]
    disk = Disk(replace(one, listeners={"inbound": inbound, "old": inbound}))

    async def scenario() -> bytes:
        async with serving(disk) as service, await Client.connect(service.doors["old"].bound.port) as client:
            await client.hello()
            monkeypatch.setattr("filter.service.admit", slow)
            disk.content = replace(one, listeners={"inbound": inbound, "new": inbound})
            os.kill(os.getpid(), signal.SIGHUP)
            return await client.reply()

    assert asyncio.run(scenario()) == b"421 4.3.2 Server is shutting down, try again later\r\n"


def test_a_door_that_nobody_can_enter_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def deaf(_: asyncio.Server) -> None:
        raise OSError(105, "No buffer space available")

    async def scenario() -> None:
        monkeypatch.setattr("filter.service.admit", deaf)
        async with serving(Disk(small(tmp_path))):
            pass

    with pytest.raises(StartError, match="inbound: No buffer space available"):
        asyncio.run(scenario())
