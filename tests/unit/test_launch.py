"""The whole server from a settings file: several processes, systemd's sockets, its notifications and its watchdog."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.client import Client
from tests.faults.deployed import deployed, settings, start
from tests.faults.relay import FakeRelay

pytestmark = pytest.mark.slow


class Manager:
    """What systemd is to a service that notifies it."""

    def __init__(self, folder: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(folder / "notify"))
        self._socket.setblocking(False)
        self.environment = {"NOTIFY_SOCKET": str(folder / "notify")}

    async def heard(self) -> str:
        async with asyncio.timeout(20):
            return (await asyncio.get_running_loop().sock_recv(self._socket, 4096)).decode()

    async def hears(self, wanted: str) -> str:
        """The next message that holds `wanted`; what comes before it is passed over."""
        while wanted not in (message := await self.heard()):
            pass
        return message

    def waiting(self) -> Iterator[str]:
        """What has come and was not heard yet."""
        with suppress(BlockingIOError):
            while True:
                yield self._socket.recv(4096).decode()

    def close(self) -> None:
        self._socket.close()


@pytest.mark.parametrize("processes", [1, 2])
def test_systemd_hears_of_every_stage(processes: int, tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"

    async def scenario() -> None:
        manager = Manager(tmp_path)
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port, processes=processes))
            async with deployed(file, environment=manager.environment) as server:
                assert (await manager.heard()).startswith(f"READY=1\nSTATUS={processes} process")
                server.signal(signal.SIGHUP)
                assert (await manager.heard()).startswith("RELOADING=1\nMONOTONIC_USEC=")
                assert (await manager.heard()).startswith("READY=1\n")
                file.write_text("oops = 1")
                server.signal(signal.SIGHUP)
                assert (await manager.heard()).startswith("RELOADING=1\n")
                assert "STATUS=not reloaded: " in await manager.heard()
                server.signal(signal.SIGTERM)
                assert (await manager.heard()).startswith("STOPPING=1\n")
                assert await server.ended() == 0
        manager.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("processes", [1, 2])
def test_watchdog_is_put_off_as_long_as_a_worker_answers(processes: int, tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"

    async def scenario() -> None:
        manager = Manager(tmp_path)
        environment = {**manager.environment, "WATCHDOG_USEC": "1000000"}
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port, processes=processes))
            async with deployed(file, environment=environment) as server:
                for _ in range(8):
                    await manager.hears("WATCHDOG=1")
                assert "stuck" not in " ".join(server.log)
        manager.close()

    asyncio.run(scenario())


def test_watchdog_is_not_put_off_when_no_worker_answers(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"

    async def scenario() -> None:
        manager = Manager(tmp_path)
        environment = {**manager.environment, "WATCHDOG_USEC": "1000000"}
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port).replace("seconds = 2", "seconds = 30"))
            async with deployed(file, "Hangs", environment) as server:
                await manager.hears("WATCHDOG=1")  # that it has started is an answer
                await server.said("no worker has answered for 0.25 s", times=4)
                assert not [message for message in manager.waiting() if "WATCHDOG=1" in message]
        manager.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("processes", [1, 2])
def test_socket_of_systemd_stands_for_the_listeners_address(processes: int, tmp_path: Path) -> None:
    """Who comes while nobody serves waits in the socket, and is served by the next: a restart without a gap."""
    file = tmp_path / "hamgate.toml"
    names = {"LISTEN_FDS": "1", "LISTEN_FDNAMES": "inbound"}

    async def scenario(passed: socket.socket) -> None:
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port, port=1, processes=processes))
            async with deployed(file, "Fair", names, passed) as first:
                assert first.ports == {"inbound": passed.getsockname()[1]}
                assert (await first.deliver()).startswith(b"250 ")
                first.signal(signal.SIGTERM)
                assert await first.ended() == 0
            early = await asyncio.open_connection("127.0.0.1", passed.getsockname()[1])
            async with deployed(file, "Fair", names, passed), Client(*early) as client:
                await client.hello()
                await client.envelope()
                assert (await client.data()).startswith(b"250 ")
            assert len(relay.copies) == 2

    with socket.create_server(("127.0.0.1", 0)) as passed:
        asyncio.run(scenario(passed))


def test_socket_for_an_unknown_listener_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"
    file.write_text(settings(1))

    async def scenario(passed: socket.socket) -> None:
        server = await start(file, "Fair", {"LISTEN_FDS": "1", "LISTEN_FDNAMES": "submission"}, passed)
        assert await server.ended() == 1
        assert server.log == ["sockets were passed for listeners that the settings do not name: submission"]

    with socket.create_server(("127.0.0.1", 0)) as passed:
        asyncio.run(scenario(passed))


def test_several_processes_share_a_listener_and_heal(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"

    async def scenario() -> None:
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port, processes=2))
            async with deployed(file) as server:
                await server.said("answers", times=2)
                assert len(server.children) == 2
                assert {(await server.deliver())[:3] for _ in range(8)} == {b"250"}
                victim = server.children[0]
                os.kill(victim, signal.SIGKILL)
                await server.said("ended (SIGKILL), starts again in 0.1 s")
                await server.said("answers", times=3)  # the successor has asked the relay, too
                assert victim not in server.children
                assert (await server.deliver()).startswith(b"250 ")
                server.signal(signal.SIGTERM)
                assert await server.ended() == 0
            assert len(relay.copies) == 9

    asyncio.run(scenario())


def test_more_processes_at_a_reload(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"

    async def scenario() -> None:
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port, processes=2))
            async with deployed(file) as server:
                await server.said("answers", times=2)
                file.write_text(settings(relay.port, processes=3))
                server.signal(signal.SIGHUP)
                await server.said("reloaded", times=2)
                await server.said("answers", times=5)
                assert len(server.children) == 3
                assert (await server.deliver()).startswith(b"250 ")
            file.write_text(settings(relay.port))
            async with deployed(file) as server:
                file.write_text(settings(relay.port, processes=3))
                server.signal(signal.SIGHUP)
                await server.said("processes = 3 counts from the next start")

    asyncio.run(scenario())


def test_what_hinders_the_start_is_said_once(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"

    async def scenario(port: int) -> None:
        file.write_text(settings(1, port, processes=4))
        server = await start(file)
        assert await server.ended() == 1
        (line,) = [line for line in server.log if "taken" in line]
        assert line.startswith(f"Error: 127.0.0.1:{port} is taken by another program")

    with socket.create_server(("127.0.0.1", 0)) as other:
        asyncio.run(scenario(other.getsockname()[1]))


def test_processes_stop_when_their_parent_was_killed(tmp_path: Path) -> None:
    file = tmp_path / "hamgate.toml"

    async def scenario() -> None:
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port, processes=2))
            async with deployed(file) as server:
                await server.said("answers", times=2)
                server.process.kill()
                await server.said("the parent process is gone, stopping", times=2)
                await server.said("stopped, 0 connections broken off", times=2)
                await server.ended()  # standard error closes when the last process has ended

    asyncio.run(scenario())


def test_settings_that_children_refuse_are_not_given_to_their_successors(tmp_path: Path) -> None:
    """They can be read, but the certificate is not there: a child that dies must not leave its place empty."""
    file = tmp_path / "hamgate.toml"
    tls = '[listeners.tls]\naddress = "127.0.0.1:0"\ntls = "offer"\ntls_certificate = "none.pem"\n'

    async def scenario() -> None:
        manager = Manager(tmp_path)
        async with FakeRelay() as relay:
            file.write_text(settings(relay.port, processes=2))
            async with deployed(file, environment=manager.environment) as server:
                await manager.hears("READY=1")
                file.write_text(settings(relay.port, processes=3, more=tls))
                server.signal(signal.SIGHUP)
                assert "not reloaded: a server process refused" in await manager.hears("READY=1")
                await server.said("not reloaded, all stays as it was: listener tls: certificate", times=2)
                survivor, victim = server.children
                os.kill(victim, signal.SIGKILL)
                await server.said("answers", times=3)  # the successor has looked at its relay, by the old settings
                assert (await server.deliver()).startswith(b"250 ")
                assert len(server.children) == 2
                assert survivor in server.children
                assert victim not in server.children
                file.write_text(settings(relay.port, processes=3))
                server.signal(signal.SIGHUP)
                assert "3 processes" in await manager.hears("READY=1")
                assert len(server.children) == 3
        manager.close()

    asyncio.run(scenario())
