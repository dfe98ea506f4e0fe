from typing import Any

import click
import pytest

from filter.cli.status_screen import screen

NOW = 1_767_268_800.0
CONTENT: dict[str, Any] = {
    "version": "1.2.3",
    "ready": True,
    "reasons": [],
    "started": NOW - 2 * 86_400 - 3 * 3600,
    "processes": 2,
    "model": "2026.1",
    "learned": 12,
    "listeners": {"inbound": "0.0.0.0:25", "submission": "0.0.0.0:587"},
    "relays": [
        {"relay": "postfix", "address": "10.0.0.1:25", "up": True, "fault": ""},
        {"relay": "postfix", "address": "10.0.0.2:25", "up": False, "fault": "timed out"},
    ],
    "workers": {"free": 3, "running": 4, "replaced": 1},
    "connections": 7,
    "messages": {"start": {"accept": 100, "reject": 20}, "minute": {"accept": 2}},
    "faults": {"scan": 3},
    "orphans": 1,
    "unwritten": 5,
    "steps": {
        "scan": {"count": 120, "mean": 0.02, "within": 0.05},
        "relay": {"count": 100, "mean": 0.3, "within": 0.5},
        "whole": {"count": 120, "mean": 0.32, "within": 0.5},
    },
}


def shown(**changes: Any) -> list[str]:
    return [click.unstyle(line) for line in screen(CONTENT | changes, NOW)]


def test_a_screenful() -> None:
    lines = shown()
    assert lines[0] == "hamgate 1.2.3: ready"
    assert lines[1].endswith("(2 d 3 h), 2 processes, model 2026.1, 12 messages learned")
    assert lines[2:] == [
        "",
        "listeners  inbound  0.0.0.0:25",
        "           submission  0.0.0.0:587",
        "relays     postfix  10.0.0.1:25  up",
        "           postfix  10.0.0.2:25  down: timed out",
        "workers    3 of 4 free, 1 replaced",
        "clients    7 connected",
        "",
        "messages        accept       tag    reject  tempfail   refused   dropped       all",
        "last minute          2         0         0         0         0         0         2",
        "since start        100         0        20         0         0         0       120",
        "",
        "faults     3 scan, 1 left by their client before the relay's word, 5 not in the history",
        "slowest    relay: 0.300 s on average, 95 % within 0.5 s",
    ]


def test_what_is_wrong_stands_on_top() -> None:
    assert shown(ready=False, reasons=["not listening"])[2] == "wrong: not listening"


def test_a_server_that_did_nothing_yet() -> None:
    lines = shown(
        faults={}, orphans=0, unwritten=0, steps={}, messages={"start": {}}, relays=[], model="", started=NOW - 5
    )
    assert lines[1].endswith("(5 s), 2 processes, model unknown, 12 messages learned")
    assert lines[-2:] == ["faults     none", "slowest    none"]
    assert "relays     none" in lines


def test_what_a_stranger_sends_moves_no_cursor_and_floods_no_screen() -> None:
    relay = {"relay": "\x1b[2J", "address": "\n", "up": False, "fault": "\x07" * 500}
    lines = shown(relays=[relay] * 500, version="\x1b", model="\x1b" * 9000, reasons=["\r"])
    assert all(line.isprintable() for line in lines)
    assert "           and 480 more" in lines
    assert len(lines) < 45


@pytest.mark.parametrize(
    "changes", [{"relays": 1}, {"started": "x"}, {"workers": {}}, {"messages": {"start": {"tag": "x"}}}]
)
def test_anything_else_is_an_error_to_catch(changes: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        shown(**changes)


def test_what_is_held_has_its_column_only_if_something_is() -> None:
    assert "hold" not in "".join(shown())
    lines = shown(messages={"start": {"accept": 1, "hold": 2}})
    assert "since start          1         0         2         0         0         0         0         3" in lines
