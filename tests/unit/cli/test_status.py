import asyncio
import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from filter.pages import Answer, PageServer
from filter.shared_counts import SHARED
from filter.status import Status
from tests.commands import COMMAND, hamgate, run
from tests.records import made
from tests.watched import House

VERSION = "1.2.3"


class Running:
    """A server's status, told by an event loop in a thread."""

    def __init__(self, start: "Status | PageServer") -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._server = start
        starting = start.start("127.0.0.1:0") if isinstance(start, Status) else start.start("127.0.0.1", 0)
        bound = asyncio.run_coroutine_threadsafe(starting, self._loop).result(20)
        self.url = f"http://{bound}" if isinstance(bound, str) else f"http://127.0.0.1:{bound}"

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._server.stop(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.delenv(SHARED, raising=False)
    return House()


@pytest.fixture
def url(house: House) -> Iterator[str]:
    running = Running(Status(house.metrics, house.health, VERSION))
    yield running.url
    running.stop()


def test_a_healthy_server_is_a_screenful_and_exits_0(house: House, url: str) -> None:
    house.metrics(made(seconds={"scan": 0.02}))
    printed = hamgate("status", "--url", url)
    assert printed.startswith("hamgate 1.2.3: ready\n")
    assert "listeners  inbound  127.0.0.1:10025\n" in printed
    assert "relays     postfix  127.0.0.1:10026  up\n" in printed
    assert printed.count("\n") < 24


def test_what_is_wrong_is_named_and_exits_1(house: House, url: str) -> None:
    house.relays["postfix"][0].fails("connection refused")
    done = run("status", "--url", url)
    assert done.returncode == 1
    assert b"hamgate 1.2.3: NOT READY\n" in done.stdout
    assert b"wrong: relay postfix: 127.0.0.1:10026 does not answer: connection refused\n" in done.stdout


def test_json_is_what_the_server_says_with_the_same_exit_code(house: House, url: str) -> None:
    house.listening = False
    done = run("status", "--url", url.removeprefix("http://"), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["reasons"] == ["not listening"]


@pytest.mark.slow
def test_watching_shows_it_again_until_stopped(house: House, url: str) -> None:
    with subprocess.Popen([COMMAND, "status", "--url", url, "--watch"], stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        connected = (line for line in watching.stdout if line.startswith("clients "))
        assert next(connected) == "clients    3 connected\n"
        house.connections = 9
        assert next(connected) == "clients    9 connected\n"
        watching.send_signal(signal.SIGINT)
        assert watching.wait(20) == 130


def test_nobody_answers(url: str, house: House) -> None:
    running = Running(Status(house.metrics, house.health, VERSION))
    running.stop()
    done = run("status", "--url", running.url)
    assert done.returncode == 2
    assert f"nobody answers at {running.url} (Connection refused): does the server run?".encode() in done.stderr
    assert b"systemctl status hamgate" in done.stderr


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}", b'{"ready": true}', b'{"ready": true, "started": "x"}', b"[" * 100_000, b"\xff"]
)
def test_another_program_that_answers_is_no_hamgate(body: bytes) -> None:
    async def page() -> Answer:
        return Answer(body)

    running = Running(PageServer({"/status.json": page}))
    done = run("status", "--url", running.url)
    running.stop()
    assert done.returncode == 2
    assert b"is no hamgate" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "url", ["nonsense", "http://127.0.0.1", "https://127.0.0.1:1", "http://[::1:1", "http://x:99999"]
)
def test_a_wrong_address_exits_64(url: str) -> None:
    done = run("status", "--url", url)
    assert done.returncode == 64
    assert b"is no address: write http://HOST:PORT" in done.stderr


def settings(folder: Path, status: str) -> Path:
    file = folder / "hamgate.toml"
    file.write_text(
        '[listeners.inbound]\naddress = "127.0.0.1:10025"\n'
        f'[relays.postfix]\naddresses = ["127.0.0.1:10026"]\n[status]\naddress = "{status}"\n'
    )
    return file


@pytest.mark.slow
def test_the_settings_name_the_address(url: str, tmp_path: Path) -> None:
    config = settings(tmp_path, url.removeprefix("http://"))
    assert hamgate("status", "--config", config).startswith("hamgate 1.2.3: ready\n")


@pytest.mark.slow
def test_settings_without_an_address_say_what_to_write(tmp_path: Path) -> None:
    done = run("status", "--config", settings(tmp_path, ""))
    assert done.returncode == 1
    assert b'[status]\naddress = "127.0.0.1:9925"\n' in done.stderr
