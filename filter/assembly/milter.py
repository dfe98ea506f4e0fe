"""The milters of the settings, made into doors."""

import asyncio
from functools import partial

from filter.assembly.door import Door
from filter.assembly.house import House
from filter.door.desk import Desk
from filter.door.guests import Guests
from filter.milter.server import Session
from filter.milter.settings import MilterDoor


def milter_door(house: House, key: str, table: MilterDoor, _: Door | None) -> Door:
    """The milter `key`."""
    desk = house.desk(key, table.policy)
    return Door(key, table.address, desk, table.limits, partial(_session, desk, table))


def _session(desk: Desk, table: MilterDoor, guests: Guests) -> Session:
    return Session(desk, table, table.limits, guests, asyncio.get_running_loop())
