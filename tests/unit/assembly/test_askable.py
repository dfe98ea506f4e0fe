"""Milters, spamd's and HTTP's doors of the settings: what is behind them, and what outlasts a reload."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from filter.assembly.doors import make_doors
from filter.assembly.house import House
from filter.assembly.http import Finder, HttpMake
from filter.changeover import Changeover
from filter.child import StartError
from filter.config.settings import HistorySettings, ModelSettings, PolicySettings, Settings
from filter.door.guests import Guests
from filter.milter.server import Session as MilterSession
from filter.milter.settings import MilterDoor
from filter.spamd.server import Session as SpamdSession
from filter.spamd.settings import SpamdDoor
from filter.store.history import create
from filter.terms import Terms
from filter.web.server import Session as HttpSession
from filter.web.settings import HttpDoor
from tests.web import HAM, Client, request

SETTINGS = Settings(
    policy=PolicySettings(reject_at=15.0),
    milters={"postfix": MilterDoor(address="127.0.0.1:0", policy=Terms(tag_at=7.0))},
    spamd={"local": SpamdDoor(address="127.0.0.1:0")},
    http={"api": HttpDoor(address="127.0.0.1:0")},
)


def house(settings: Settings = SETTINGS) -> House:
    return House(settings, {}, Changeover(), "mx.test", (), lambda _: None, set())


def test_each_door_has_its_protocol_its_name_and_its_policy() -> None:
    doors = make_doors(house(), {})

    async def sessions() -> list[type]:
        return [type(doors[key].make(Guests(doors[key].room))) for key in ("postfix", "local", "api")]

    assert asyncio.run(sessions()) == [MilterSession, SpamdSession, HttpSession]
    assert {key: door.desk.listener for key, door in doors.items()} == {key: key for key in doors}
    policies = {key: (door.desk.book.policy.tag_at, door.desk.book.policy.reject_at) for key, door in doors.items()}
    assert policies == {"postfix": (7.0, 15.0), "local": (5.0, 15.0), "api": (5.0, 15.0)}


def test_only_a_server_with_a_state_learns(tmp_path: Path) -> None:
    assert house().teacher is None
    assert house(replace(SETTINGS, model=ModelSettings(state=tmp_path))).teacher is not None


def web(made: object) -> HttpMake:
    assert isinstance(made, HttpMake)
    return made


def test_wrong_tokens_are_counted_over_a_reload(tmp_path: Path) -> None:
    before = make_doors(house(), {})
    after = make_doors(house(), before)
    old, new = (web(doors["api"].make).web.site for doors in (before, after))
    assert new.counts is old.counts
    assert new is not old


def test_a_token_that_was_withdrawn_is_none_on_connections_that_are_open(tmp_path: Path) -> None:
    """A client may keep its connection for days."""
    token = tmp_path / "token"
    settings = replace(SETTINGS, http={"api": HttpDoor(address="127.0.0.1:0", token_file=token)})
    question = request("POST", "/v1/learn?label=ham", HAM, password="the-first-of-two-tokens")  # noqa: S106

    async def scenario() -> list[int]:
        token.write_text("the-first-of-two-tokens")
        before = make_doors(house(settings), {})
        server = await asyncio.get_running_loop().create_server(before["api"].session, "127.0.0.1", 0)
        client = Client(*await asyncio.open_connection(*server.sockets[0].getsockname()))
        async with server, client:
            statuses = []
            for last in range(3):
                client.write(question)
                statuses.append((await client.answer()).status)
                if last == 0:
                    token.write_text("the-second-of-two-tokens")
                    after = make_doors(house(settings), before)
                if last == 1:
                    after["api"].succeed(before["api"])
        return statuses

    nothing_to_learn_into, not_the_token = 409, 401
    assert asyncio.run(scenario()) == [nothing_to_learn_into, nothing_to_learn_into, not_the_token]


def test_a_token_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    short = tmp_path / "token"
    short.write_text("secret\n")
    short.chmod(0o600)
    settings = replace(SETTINGS, http={"api": HttpDoor(address="127.0.0.1:0", token_file=short)})
    with pytest.raises(StartError, match=r"^http\.api: .*16"):
        make_doors(house(settings), {})
    short.unlink()
    with pytest.raises(StartError, match=r"^http\.api: .*No such file or directory: make one: .umask 077; openssl"):
        make_doors(house(settings), {})


def test_references_are_looked_up_in_the_history(tmp_path: Path) -> None:
    file = tmp_path / "history"
    create(file)
    assert Finder(file)("4F0C9E21") == []
    settings = replace(SETTINGS, history=HistorySettings(file=file))
    assert web(make_doors(house(settings), {})["api"].make).web.site.find == Finder(file)
