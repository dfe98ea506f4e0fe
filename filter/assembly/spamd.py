"""Where spamd's protocol is spoken, made into doors."""

import asyncio
from functools import partial

from filter.assembly.door import Door
from filter.assembly.house import House
from filter.door.desk import Desk, Teacher
from filter.door.guests import Guests
from filter.spamd.server import Session
from filter.spamd.settings import SpamdDoor


def spamd_door(house: House, key: str, table: SpamdDoor, _: Door | None) -> Door:
    """The door `key`."""
    desk = house.desk(key, table.policy)
    return Door(key, table.address, desk, table.limits, partial(_session, desk, table, house.teacher))


def _session(desk: Desk, table: SpamdDoor, teacher: Teacher | None, guests: Guests) -> Session:
    return Session(desk, table, table.limits, guests, asyncio.get_running_loop(), teacher)
