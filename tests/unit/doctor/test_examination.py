"""All steps together: their order, and what is left out when one of them fails."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from filter.doctor import examination as module
from filter.doctor.doors import Door
from filter.doctor.examination import examine, server
from filter.doctor.finding import Finding, fail, ok
from filter.doctor.postconf import Wiring
from tests.unit.doctor.said import lines, one


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what takes long or depends on this machine's Postfix."""
    monkeypatch.setattr("filter.doctor.wiring.asked", lambda: (None, None))
    monkeypatch.setattr(module, "trial", lambda *_: [ok("message", "as promised")])


def written(folder: Path, more: str = "") -> Path:
    file = folder / "hamgate.toml"
    file.write_text(
        f"hostname = 'mx.test'\n{more}[relays.a]\nmaildir = 'mail'\n[listeners.in]\naddress = '127.0.0.1:0'\n"
    )
    return file


def test_without_settings_nothing_else_can_be_looked_at(tmp_path: Path) -> None:
    assert lines(examine(tmp_path / "hamgate.toml")) == [
        f"fail there is no {tmp_path}/hamgate.toml",
        "skipped is looked at when there are settings",
    ]


@pytest.mark.usefixtures("quick")
def test_milters_are_looked_for_in_postfix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filter.doctor.wiring.asked", lambda: (None, Wiring((), {})))
    file = written(tmp_path)
    file.write_text(file.read_text() + "[milters.mta]\naddress = '127.0.0.1:0'\n")
    assert "warn no smtpd asks the milter mta at 127.0.0.1:0" in lines(examine(file))


@pytest.mark.usefixtures("quick")
def test_the_order_of_the_steps(tmp_path: Path) -> None:
    assert [finding.step for finding in examine(written(tmp_path))] == [
        "settings", "rules", "model", "learned", "name", "listener", "relay", "server", "status", "space",
        "descriptors", "outward", "message", "sending",
    ]  # fmt: skip


@pytest.mark.usefixtures("quick")
def test_with_broken_rules_no_message_is_tried(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("[points]\nQQ = 1\n")
    file = written(tmp_path)
    file.write_text(file.read_text() + "[model]\nrules = 'rules.toml'\n")
    message = next(finding for finding in examine(file) if finding.step == "message")
    assert (message.state, message.text) == ("skipped", "is tried when the rules have no errors")


@pytest.mark.usefixtures("quick")
def test_what_is_asked_for_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "posting", lambda _, name, to: ok("sending", f"{name} to {to}"))
    monkeypatch.setattr(module, "outward", lambda host: ok("outward", host))
    said = lines(examine(written(tmp_path), send_to="me@y.test", outward_host="elsewhere.test"))
    assert "ok elsewhere.test" in said
    assert said[-1] == "ok mx.test to me@y.test"


@pytest.mark.usefixtures("quick")
def test_what_we_may_not_look_at_does_not_end_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> Iterator[Finding]:
        yield ok("history", "so far")
        raise PermissionError(13, "Permission denied", "/root/secret")

    def refused_at_once(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "/root/secret")

    monkeypatch.setattr(module, "history", refused)
    file = written(tmp_path)
    finding = one(examine(file), "fail")
    assert (finding.step, finding.text) == ("history", "/root/secret cannot be looked at: Permission denied")
    assert finding.remedy.endswith(f"\n$ sudo hamgate doctor --config {file}")
    monkeypatch.setattr(module, "settings_file", refused_at_once)
    assert [finding.step for finding in examine(file)] == ["settings", "all else"]


DOOR = Door(ok("listener", "free"))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"a": replace(DOOR, runs=True)}, "ok it runs"),
        ({"a": DOOR, "b": Door(fail("listener", "taken", "stop"))}, "warn it does not run"),
        ({"a": DOOR, "b": replace(DOOR, runs=True)}, "warn it runs, but not at a"),
    ],
)
def test_whether_the_server_runs(found: dict[str, Door], expected: str) -> None:
    finding: Finding = server(found, Path("/etc/our mail.toml"))
    assert lines([finding]) == [expected]
    assert finding.state == "ok" or finding.remedy.endswith("\n$ hamgate serve --config '/etc/our mail.toml'")
