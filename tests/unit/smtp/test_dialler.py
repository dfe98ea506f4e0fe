"""Which address answers."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from filter.smtp.dialler import Dialler
from filter.smtp.limits import Patience
from filter.smtp.relay import RelayError
from filter.smtp.relay_settings import RelaySettings
from tests.faults.relay import Close, FakeRelay, Hang, Say, Step
from tests.unit.smtp.errands import spoken

SHORT = Patience(connect=0.2, command=5, write=5, final=5)
MAIL = b"MAIL FROM:<>"


@pytest.fixture
def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
    return port


def test_nobody_listens(free_port: int) -> None:
    with pytest.raises(RelayError, match=r"^cannot connect: Connection refused$"):
        asyncio.run(spoken(RelaySettings((f"127.0.0.1:{free_port}",))))


def test_no_such_socket(tmp_path: Path) -> None:
    with pytest.raises(RelayError, match=r"^cannot connect: No such file or directory$"):
        asyncio.run(spoken(RelaySettings((f"unix:{tmp_path}/none",))))


def test_name_without_an_address() -> None:
    with pytest.raises(RelayError, match=r"^cannot find nowhere\.invalid: "):
        asyncio.run(spoken(RelaySettings(("nowhere.invalid:25",))))


def test_lmtp_over_a_unix_socket(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with FakeRelay(lmtp=True, path=tmp_path / "lmtp") as relay:
            await spoken(RelaySettings((f"unix:{tmp_path}/lmtp",), protocol="lmtp"))
            assert relay.commands[:2] == [b"LHLO proxy.test", MAIL]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("greeting", "text"),
    [(b"554 no\r\n", "expected 220, heard b'554 no"), (b"SSH-2.0-x\r\n", "not a reply"), (b"", "no reply in time")],
)
def test_relay_that_does_not_greet_is_left_without_a_word(greeting: bytes, text: str) -> None:
    async def scenario() -> None:
        heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(greeting)
            try:
                heard.set_result(await reader.read())
            except ConnectionResetError:
                heard.set_result(b"")
            writer.close()

        async with await asyncio.start_server(relay, "127.0.0.1", 0) as server, asyncio.timeout(10):
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(RelayError, match=text):
                await Dialler(RelaySettings((f"127.0.0.1:{port}",), patience=SHORT), "proxy.test").dial()
            assert await heard == b""

    asyncio.run(scenario())


FAULTS: list[dict[str, list[Step]]] = [
    {"greeting": [Say(b"421 busy\r\n")]},
    {"greeting": [Close()]},
    {"greeting": [Hang()]},
    {"EHLO": [Say(b"500 what\r\n")]},
]


@pytest.mark.parametrize("fault", FAULTS, ids=["421", "closes", "hangs", "EHLO"])
def test_the_next_address_is_asked_and_the_first_one_left_out(fault: dict[str, list[Step]]) -> None:
    async def scenario() -> None:
        async with FakeRelay(fault) as first, FakeRelay() as second:
            addresses = tuple(f"127.0.0.1:{relay.port}" for relay in (first, second))
            dialler = Dialler(RelaySettings(addresses, patience=SHORT), "proxy.test")
            for _ in range(2):
                (await dialler.dial()).close()
            assert (first.connections, second.connections) == (1, 2)
            assert [bool(state.fault) for state in dialler.states()] == [True, False]
            assert dialler.states()[0].address == addresses[0]

    asyncio.run(scenario())


def test_when_the_second_one_fails_the_first_one_is_asked_again(free_port: int) -> None:
    async def scenario() -> None:
        busy: dict[str, list[Step]] = {"greeting": [Say(b"421 busy\r\n")]}
        async with FakeRelay(busy) as first:
            settings = RelaySettings((f"127.0.0.1:{first.port}", f"127.0.0.1:{free_port}"))
            dialler = Dialler(settings, "proxy.test")
            with pytest.raises(RelayError, match=rf"{first.port}: expected 220.*; .*:{free_port}: cannot connect"):
                await dialler.dial()
            (await dialler.dial()).close()
            assert [bool(state.fault) for state in dialler.states()] == [False, True]

    asyncio.run(scenario())


def test_each_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        tcp = socket.SOCK_STREAM

        async def two(host: str, port: int, **_: object) -> list[Any]:
            assert host == "mail.test"
            return [(socket.AF_INET, tcp, 6, "", (ip, port)) for ip in ("127.0.0.2", "127.0.0.2", "127.0.0.1")]

        async with FakeRelay() as relay:
            monkeypatch.setattr(loop, "getaddrinfo", two)
            dialler = Dialler(RelaySettings((f"mail.test:{relay.port}",)), "proxy.test")
            (await dialler.dial()).close()
            assert [bool(state.fault) for state in dialler.states()] == [False]

    asyncio.run(scenario())
