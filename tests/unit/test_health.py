import asyncio

import pytest

from filter import health
from filter.summary import Reading
from tests.watched import Address, House

pytestmark = pytest.mark.usefixtures("alone")


def test_all_is_well() -> None:
    assert House().health.reasons() == []


def test_busy_workers_are_no_fault() -> None:
    assert House(free=0).health.reasons() == []


def test_each_thing_that_is_wrong_has_its_line() -> None:
    house = House(listening=False, workers=0, free=0)
    house.relays["postfix"][0].fails("connection refused")
    assert house.health.reasons() == [
        "not listening",
        "no worker runs: messages wait, then get 451",
        "relay postfix: 127.0.0.1:10026 does not answer: connection refused",
    ]


def test_one_address_of_a_relay_that_answers_is_enough() -> None:
    house = House(relays={"postfix": [Address("10.0.0.1:25"), Address("10.0.0.2:25")]})
    house.relays["postfix"][0].fails("timed out")
    assert house.health.reasons() == []
    house.relays["postfix"][1].fails("timed out")
    assert len(house.health.reasons()) == 2


def test_each_relay_must_answer() -> None:
    house = House(relays={"in": [Address("10.0.0.1:25")], "out": [Address("10.0.0.2:25")]})
    house.relays["out"][0].fails("timed out")
    assert house.health.reasons() == ["relay out: 10.0.0.2:25 does not answer: timed out"]


def test_a_relay_that_was_not_tried_for_a_minute_is_given_the_next_message() -> None:
    house = House()
    house.relays["postfix"][0].fails("timed out")
    assert house.health.reasons()
    house.now += health.FORGIVEN - 1
    assert house.health.reasons()
    house.now += 2
    assert house.health.reasons() == []
    house.relays["postfix"][0].fails("timed out")
    assert house.health.reasons()


def test_a_maildir_has_no_address_that_could_fail() -> None:
    assert House(relays={"maildir": []}).health.reasons() == []


def test_another_process_that_is_not_ready_or_stuck_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    shared = {"hamgate_ready": 0.0, "hamgate_heartbeat_seconds": house.now - health.STUCK - 5}
    original = house.metrics.samples

    def samples() -> list[object]:  # of two processes the worse one counts, as in the shared folder
        return [one._replace(value=min(one.value, shared.get(one.name, one.value))) for one in original()]

    monkeypatch.setattr(house.metrics, "samples", samples)
    assert house.health.reasons() == ["a server process has been stuck for 15 s"]
    del shared["hamgate_heartbeat_seconds"]
    assert house.health.reasons() == ["another server process is not ready: its log says why"]


def test_a_process_that_starts_or_drains_does_not_make_the_others_unready() -> None:
    house = House(listening=False, workers=0)
    assert house.health.reasons()
    assert Reading(house.metrics.samples()).one("ready") == 1
    house.listening = True
    house.health.look()
    assert Reading(house.metrics.samples()).one("ready") == 0


def test_the_gauges_follow_the_parts() -> None:
    house = House(replaced=1, unwritten=5)
    house.health.look()
    house.replaced, house.connections, house.model = 3, 7, "2026.2"
    house.listeners["submission"] = "127.0.0.1:10587"
    house.health.look()
    reading = Reading(house.metrics.samples())
    assert reading.one("worker_replacements_total") == 3
    assert reading.one("history_dropped_total") == 5
    assert (reading.one("connections"), reading.one("workers"), reading.one("workers_free")) == (7, 2, 1)
    assert reading.by("model_info", "model") == {("2026.1",): 0, ("2026.2",): 1}
    assert ("submission",) in reading.by("messages_total", "listener")
    assert (reading.one("ready"), reading.one("learned_messages"), reading.one("heartbeat_seconds")) == (1, 12, 1000)


def test_the_summary_says_what_is_wrong_and_with_which_address() -> None:
    house = House(relays={"postfix": [Address("10.0.0.1:25"), Address("10.0.0.2:25")]})
    house.relays["postfix"][1].fails("timed out")
    found = house.health.summary()
    assert (found["ready"], found["reasons"], found["learned"]) == (True, [], 12)
    assert found["relays"] == [
        {"relay": "postfix", "address": "10.0.0.1:25", "up": True, "fault": ""},
        {"relay": "postfix", "address": "10.0.0.2:25", "up": False, "fault": "timed out"},
    ]


def test_it_looks_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "INTERVAL", 0.0)

    async def run() -> int:
        house, looks, enough = House(), 0, asyncio.Event()

        def look() -> list[str]:
            nonlocal looks
            looks += 1
            if looks == 3:
                enough.set()
            return []

        monkeypatch.setattr(house.health, "look", look)
        task = asyncio.create_task(house.health.run())
        async with asyncio.timeout(20):
            await enough.wait()
        task.cancel()
        return looks

    assert asyncio.run(run()) >= 3
