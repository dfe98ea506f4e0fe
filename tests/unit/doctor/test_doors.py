"""Listening addresses: free, ours, somebody else's, or not to be had."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from filter.config.settings import ListenerSettings, Settings
from filter.doctor import doors as module
from filter.doctor.doors import Door, doors, here
from filter.doctor.holder import Holder
from filter.door.endpoint import Endpoint
from tests.unit.doctor.said import setup

NAME = "mx.test"


def door(settings: Settings) -> Door:
    ((_, found),) = doors(settings, NAME)
    return found


@contextmanager
def talking(*replies: bytes) -> Iterator[str]:
    """A program that says `replies`, one at the start and one for each line."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            client, _ = listening.accept()
            with client, client.makefile("rb") as heard:
                for number, reply in enumerate(replies):
                    if number:
                        heard.readline()
                    client.sendall(reply)

        thread = threading.Thread(target=talk)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join(20)


@pytest.fixture
def held_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Holder | None], None]:
    return lambda found: monkeypatch.setattr(module, "holder", lambda _: found)


def test_a_free_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    found = door(setup(address))
    assert (found.finding.state, found.finding.text, found.runs) == ("ok", f"inbound: {address} is free", False)


def test_our_own_server() -> None:
    with talking(b"220 mx.test ESMTP\r\n", b"250-mx.test\r\n250 SIZE\r\n") as address:
        found = door(setup(address))
    assert (found.finding.text, found.runs) == (f"inbound: our server answers at {address}", True)


def test_our_own_server_that_is_not_well() -> None:
    with talking(b"220 mx.test ESMTP\r\n", b"451 4.3.0 Local problem\r\n") as address:
        found = door(setup(address))
    assert (found.finding.state, found.runs) == ("fail", False)
    assert found.finding.text.endswith('answers EHLO with "451 4.3.0 Local problem"')


def test_a_port_that_another_program_has(held_by: Callable[[Holder | None], None]) -> None:
    held_by(Holder(42, ("/usr/sbin/exim4",)))
    with talking(b"220 mx.test ESMTP Exim 4.96\r\n", b"250 hello\r\n") as address:
        found = door(setup(address))
    assert found.finding.state == "fail"
    assert found.finding.text == (
        f'inbound: {address} is taken by exim4 (process 42), which greets with "220 mx.test ESMTP Exim 4.96"'
    )
    assert found.finding.remedy.startswith("write into the settings file:\n[listeners.inbound]\naddress = ")


def test_a_program_that_nobody_can_name(held_by: Callable[[Holder | None], None]) -> None:
    held_by(None)
    with talking(b"\r\n", b"") as address:
        assert door(setup(address)).finding.text == f"inbound: {address} is taken by another program"


@pytest.mark.slow
def test_our_server_that_does_not_answer_is_to_be_stopped(held_by: Callable[[Holder | None], None]) -> None:
    held_by(Holder(42, ("python3", "/usr/bin/hamgate", "serve")))
    with talking(b"", b"") as address:
        assert door(setup(address)).finding.remedy == "stop it:\n$ kill 42"


def test_a_server_that_answers_balancers_only(held_by: Callable[[Holder | None], None]) -> None:
    held_by(Holder(42, ("python3", "/usr/bin/hamgate", "serve")))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        assert door(setup(address, proxy_protocol_from=("127.0.0.1",))).runs


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "x" * 70])
def test_an_address_that_this_machine_has_not(host: str) -> None:
    finding = door(setup(f"{host}:10025")).finding
    assert (finding.state, finding.text) == ("fail", f"inbound: {host}:10025: this machine has no such address")


def test_a_low_port_without_privileges(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refused)
    finding = door(setup("127.0.0.1:25")).finding
    assert finding.text.startswith("inbound: 127.0.0.1:25: only root")
    assert "AmbientCapabilities=CAP_NET_BIND_SERVICE" in finding.remedy


def test_two_listeners_at_one_address() -> None:
    both = {name: ListenerSettings(address="127.0.0.1:10025") for name in ("a", "b")}
    found = [one.finding.text for _, one in doors(replace(setup(), listeners=both), NAME)]
    assert found == [f"{name}: another listener has 127.0.0.1:10025 too" for name in "ab"]


def test_all_addresses_are_asked_on_this_machine() -> None:
    assert here("0.0.0.0:25") == Endpoint("127.0.0.1", 25)
    assert here("[::]:25") == Endpoint("::1", 25)
    assert here("192.0.2.1:25") == Endpoint("192.0.2.1", 25)
