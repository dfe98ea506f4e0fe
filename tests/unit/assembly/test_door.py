"""A door under new settings: those who are in stay, and it says where it listens."""

import asyncio

from filter.assembly.door import Door
from filter.door.desk import Desk
from filter.door.guests import Guests
from filter.door.limits import Room
from tests.judge import FakeJudge


def door(address: str = "127.0.0.1:0", room: Room | None = None) -> Door:
    desk = Desk(judge=FakeJudge(), version="1.0")
    return Door("inbound", address, desk, room or Room(), Named)


class Named(asyncio.Protocol):
    def __init__(self, guests: Guests) -> None:
        self.guests = guests


def test_new_sessions_share_the_guests_of_the_old_ones() -> None:
    old, new = door(), door(room=Room(connections=1))
    new.succeed(old)
    before, after = old.session(), new.session()
    assert isinstance(before, Named)
    assert isinstance(after, Named)
    assert before.guests is after.guests


def test_port_0_is_told_as_the_port_it_became() -> None:
    async def scenario() -> None:
        opened = door()
        assert str(opened.bound) == "127.0.0.1:0"
        opened.server = await asyncio.get_running_loop().create_server(opened.session, "127.0.0.1", 0)
        assert opened.bound.port == opened.server.sockets[0].getsockname()[1] > 0
        opened.server.close()

    asyncio.run(scenario())


def test_a_unix_socket_is_where_its_path_is() -> None:
    assert str(door("unix:/run/hamgate/milter").bound) == "unix:/run/hamgate/milter"
