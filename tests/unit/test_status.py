import asyncio
import http.client
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from filter.child import StartError
from filter.status import Status
from filter.store.history import History, create
from tests.records import made
from tests.watched import House

pytestmark = pytest.mark.usefixtures("alone")

VERSION = "1.2.3"


def get(address: str, path: str) -> tuple[int, str, bytes]:
    """Status, type and body of a page."""
    host, _, port = address.rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read()
    finally:
        connection.close()


def visit(house: House, *paths: str, history: Path | None = None) -> list[tuple[int, str, bytes]]:
    """What a client on this machine gets."""

    async def run() -> list[tuple[int, str, bytes]]:
        status = Status(house.metrics, house.health, VERSION, history)
        address = await status.start("127.0.0.1:0")
        try:
            return [await asyncio.to_thread(get, address, path) for path in paths]
        finally:
            await status.stop()

    return asyncio.run(run())


def test_it_is_alive_and_ready() -> None:
    assert [body for _, _, body in visit(House(), "/healthz", "/readyz")] == [b"alive\n", b"ready\n"]


def test_not_ready_is_503_with_a_line_for_each_reason() -> None:
    status, _, body = visit(House(listening=False, workers=0), "/readyz")[0]
    assert status == 503
    assert body == b"not listening\nno worker runs: messages wait, then get 451\n"


def test_alive_though_not_ready() -> None:
    assert visit(House(listening=False), "/healthz")[0][0] == 200


def test_metrics_are_those_of_now_in_the_format_of_prometheus() -> None:
    house = House()
    house.metrics(made())
    status, kind, body = visit(house, "/metrics")[0]
    assert (status, kind) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert b'hamgate_messages_total{action="reject",listener="inbound"} 1.0\n' in body
    assert b"hamgate_connections 3.0\n" in body
    assert b'hamgate_build_info{version="1.2.3"} 1.0\n' in body


def all_of(house: House, history: Path | None = None) -> Any:
    status, kind, body = visit(house, "/status.json", history=history)[0]
    assert (status, kind) == (200, "application/json")
    return json.loads(body)


def test_status_tells_what_runs() -> None:
    found = all_of(House())
    assert (found["version"], found["listeners"]) == ("1.2.3", {"inbound": "127.0.0.1:10025"})
    assert found["workers"] == {"running": 2, "free": 1, "replaced": 0}
    assert abs(found["time"] - time.time()) < 60
    assert list(found["messages"]) == ["start"]


def test_with_a_history_it_tells_the_last_minute_hour_and_day(tmp_path: Path) -> None:
    create(tmp_path / "history")
    with History(tmp_path / "history", writing=True) as history:
        history.add([made(time=time.time() - age) for age in (0, 1800, 40_000, 100_000)])
    messages = all_of(House(), tmp_path / "history")["messages"]
    assert messages == {"start": {}, "minute": {"reject": 1}, "hour": {"reject": 2}, "day": {"reject": 3}}


def test_a_history_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    assert list(all_of(House(), tmp_path / "nothing")["messages"]) == ["start"]


def test_without_an_address_nobody_listens_but_the_gauges_follow() -> None:
    async def run() -> str:
        house = House()
        status = Status(house.metrics, house.health, VERSION)
        address = await status.start()
        await asyncio.sleep(0)
        assert {sample.value for sample in house.metrics.samples() if sample.name == "hamgate_connections"} == {3}
        await status.stop()
        return address

    assert asyncio.run(run()) == ""


def started(address: Callable[[], str]) -> None:
    async def run() -> None:
        house = House()
        status = Status(house.metrics, house.health, VERSION)
        try:
            await status.start(address())
        finally:
            await status.stop()

    asyncio.run(run())


def test_others_than_this_machine_are_warned_about(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        started(lambda: "127.0.0.1:0")
        assert not caplog.records
        started(lambda: "0.0.0.0:0")
    assert "anybody who can connect reads it" in caplog.text


@pytest.mark.parametrize("address", ["unix:/run/status", "9925", "127.0.0.1:99999"])
def test_an_address_that_is_none_is_told_in_a_line(address: str) -> None:
    with pytest.raises(StartError, match=r"^status\.address = "):
        started(lambda: address)


def test_a_port_that_is_taken_is_told_in_a_line() -> None:
    async def run() -> None:
        house = House()
        first, second = (Status(house.metrics, house.health, VERSION) for _ in range(2))
        address = await first.start("127.0.0.1:0")
        try:
            with pytest.raises(StartError, match=rf"status.address = {address}: cannot listen there: .*in use"):
                await second.start(address)
        finally:
            await second.stop()
            await first.stop()

    asyncio.run(run())
