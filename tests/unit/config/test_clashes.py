"""Settings that are good one by one and cannot be meant together."""

import math
from pathlib import Path

import pytest

from filter.config.clashes import clashes, infinite
from filter.config.settings import (
    HistorySettings,
    ListenerSettings,
    RelayTable,
    Settings,
    StatusSettings,
)
from filter.milter.settings import MilterDoor
from filter.spamd.settings import SpamdDoor


def listener(address: str = "127.0.0.1:10025", relay: str = "") -> ListenerSettings:
    return ListenerSettings(address=address, relay=relay)


def found(**changes: object) -> list[str]:
    relays = {"postfix": RelayTable(addresses=("127.0.0.1:10026",))}
    settings = Settings(**{"listeners": {"inbound": listener()}, "relays": relays, **changes})  # type: ignore[arg-type]
    return [f"{'.'.join(map(str, key))}: {wrong}: {instead}" for key, wrong, instead in clashes(settings)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"milters": {"b": MilterDoor(address="127.0.0.1:11332")}},
        {"milters": {"b": MilterDoor(address="127.0.0.2:10025")}},
        {"listeners": {"a": listener("127.0.0.1:0"), "b": listener("127.0.0.1:0")}},  # any free port, twice
        {"listeners": {"a": listener("0.0.0.0:25"), "b": listener("[::]:25")}},  # IPv4 and IPv6
        {"hostname": "mx1.example.net"},
        {"hostname": "[192.0.2.1]"},
        {"relays": {"far": RelayTable(addresses=("mail.example.net:10025",))}},
    ],
)
def test_nothing_is_wrong_with(changes: dict[str, object]) -> None:
    assert found(**changes) == []


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"milters": {"b": MilterDoor(address="127.0.0.1:10025")}},
         "milters.b.address: listeners.inbound listens at 127.0.0.1:10025, too: give one of them another address"),
        ({"milters": {"b": MilterDoor(address="localhost:10025")}},
         "milters.b.address: listeners.inbound listens at localhost:10025, too: give one of them another address"),
        ({"listeners": {"a": listener("[::1]:25"), "b": listener("[0::1]:25")}},
         "listeners.b.address: listeners.a listens at [0::1]:25, too: give one of them another address"),
        ({"milters": {"b": MilterDoor(address="unix:/run/a")}, "spamd": {"c": SpamdDoor(address="unix:/run/a")}},
         "spamd.c.address: milters.b listens at unix:/run/a, too: give one of them another address"),
        ({"status": StatusSettings(address="127.0.0.1:10025")},
         "status.address: listeners.inbound listens at 127.0.0.1:10025, too: give one of them another address"),
        ({"listeners": {"in": listener("0.0.0.0:25")}, "relays": {"r": RelayTable(addresses=("127.0.0.1:25",))}},
         "relays.r.addresses: the relay r is the listener in itself: mail would go round in a circle: "
         "name the mail server behind hamgate"),
        ({"hostname": "mx example"}, "hostname: hostname = 'mx example': write a name as mx.example.net"),
        ({"hostname": "mx\r\n250 ok"}, "hostname: hostname = 'mx\\r\\n250 ok': write a name as mx.example.net"),
        ({"history": HistorySettings(file=Path("~/history"))},
         "history.file: file = '~/history': write the whole path, without ~"),
    ],
)  # fmt: skip
def test_a_clash(changes: dict[str, object], mistake: str) -> None:
    assert found(**changes) == [mistake]


def test_numbers_without_end_are_found_wherever_they_stand() -> None:
    content = {"policy": {"tag_at": math.inf, "domains": {"example.net": {"reject_at": -math.inf}}}, "drain": 80.0}
    assert dict(infinite(content)) == {
        ("policy", "tag_at"): math.inf,
        ("policy", "domains", "example.net", "reject_at"): -math.inf,
    }
