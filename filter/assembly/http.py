"""HTTP doors of the settings. Loaded only where there are some: the libraries take 20 MiB."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filter.assembly.door import Door
from filter.assembly.house import House
from filter.child import StartError
from filter.door.guests import Guests
from filter.record import Record
from filter.store.history import History
from filter.web.server import Door as Web
from filter.web.server import Session
from filter.web.settings import HttpDoor


@dataclass
class HttpMake:
    """Makes sessions that share what a request needs."""

    web: Web

    def __call__(self, guests: Guests) -> Session:
        """What serves the next client."""
        return self.web.session(guests, asyncio.get_running_loop())


def http_door(house: House, key: str, table: HttpDoor, before: Door | None) -> Door:
    """The door `key`. StartError: its token cannot be used."""
    desk = house.desk(key, table.policy)
    old = before.make.web if before is not None and isinstance(before.make, HttpMake) else None
    history = house.settings.history.file
    find = None if history is None else Finder(history)
    try:
        web = Web(desk, table, table.limits, house.teacher, find, old)
    except OSError as error:
        hint = f"make one: (umask 077; openssl rand -hex 16 > {table.token_file})"
        raise StartError(f"http.{key}: {table.token_file}: {error.strerror}: {hint}") from error
    except ValueError as error:
        raise StartError(f"http.{key}: {error}") from error
    made = Door(key, table.address, desk, table.limits, HttpMake(web))
    if old is not None:
        made.succeeding = partial(old.give_way, web)
    return made


@dataclass(frozen=True, slots=True)
class Finder:
    """Looks references up in the history."""

    file: Path

    def __call__(self, reference: str) -> Sequence[Record]:
        """The rows with `reference`, the newest first. Raises StateError."""
        with History(self.file) as history:
            return history.find(reference)
