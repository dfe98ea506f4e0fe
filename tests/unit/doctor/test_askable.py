"""The doctor at a milter, spamd's and HTTP's doors: free, ours, somebody else's; and whether they judge as promised."""

import contextlib
import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from filter.config.settings import PolicySettings, Settings, WorkerSettings
from filter.doctor.askable import askable
from filter.doctor.finding import Finding
from filter.doctor.trial import trial
from filter.milter.settings import MilterDoor
from filter.spamd.settings import SpamdDoor
from filter.web.settings import HttpDoor

pytestmark = pytest.mark.usefixtures("path_of_workers")


def milter(address: str) -> Settings:
    return Settings(milters={"postfix": MilterDoor(address=address)})


def look(settings: Settings) -> Finding:
    ((_, door),) = askable(settings, "mx.test")
    return door.finding


def test_a_free_address(tmp_path: Path) -> None:
    assert look(milter("127.0.0.1:0")).state == "ok"
    assert look(milter(f"unix:{tmp_path}/s")).text == f"postfix: unix:{tmp_path}/s is free"


def test_what_a_dead_server_left_is_free(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "s"))
    assert look(milter(f"unix:{tmp_path}/s")).state == "ok"


@pytest.mark.parametrize(
    ("path", "wrong"), [("no/s", "there is no folder "), ("file", "there is a file that is no socket")]
)
def test_a_path_where_no_socket_can_be(path: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    finding = look(milter(f"unix:{tmp_path}/{path}"))
    assert (finding.state, wrong in finding.text) == ("fail", True)
    assert '[milters.postfix]\naddress = "..."' in finding.remedy


def test_a_program_that_speaks_something_else(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "s"))
        other.listen()

        def serve() -> None:
            for _ in range(2):  # who looks whether somebody is there, and who asks
                guest, _ = other.accept()
                with guest, contextlib.suppress(OSError):
                    guest.sendall(b"220 mx ESMTP\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        finding = look(milter(f"unix:{tmp_path}/s"))
        thread.join(30)
    assert finding.state == "fail"
    assert "is taken by another program: " in finding.text


ALL = Settings(
    milters={"postfix": MilterDoor(address="127.0.0.1:0")},
    spamd={"local": SpamdDoor(address="127.0.0.1:0")},
    http={"api": HttpDoor(address="127.0.0.1:0")},
    workers=WorkerSettings(count=1, seconds=5.0),
)


@pytest.mark.parametrize(
    ("policy", "actions"),
    [
        (PolicySettings(reject_at=15.0), {"postfix": "reject", "local": "tag", "api": "reject"}),
        (PolicySettings(hold_at=15.0), {"postfix": "hold", "local": "tag", "api": "hold"}),
        (PolicySettings(monitor=True), {"postfix": "accept", "local": "accept", "api": "accept"}),
    ],
)
def test_each_door_does_as_its_policy_promises(policy: PolicySettings, actions: dict[str, str]) -> None:
    found = list(trial(replace(ALL, policy=policy), "mx.test", "tests.faults.scanners:Fair"))
    assert [one.state for one in found] == ["ok"] * 6, found
    for key, action in actions.items():
        plain, bulk = [one.text for one in found if one.text.startswith(f"{key}: ")]
        assert plain.endswith(": accept")
        assert bulk.endswith(f": {action}")
