"""A door that runs, whatever is spoken there. What new sessions find behind it can be exchanged at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from filter.door.desk import Desk
from filter.door.endpoint import Endpoint
from filter.door.guests import Crowding, Guests

Make = Callable[[Guests], asyncio.BaseProtocol]
"""Makes what serves the next client."""


async def _nothing() -> None:
    return None


def _nobody() -> None:
    """There is nobody whom it concerns."""


@dataclass
class Door:
    """One listening address."""

    name: str
    address: str
    """As the settings say it."""
    desk: Desk
    room: Crowding
    make: Make
    check: Callable[[], Awaitable[None]] = _nothing
    """Asked before the door opens. Raises StartError."""
    succeeding: Callable[[], None] = _nobody
    """Called when it takes the place of the door before."""
    guests: Guests = field(init=False)
    server: asyncio.Server | None = None

    def __post_init__(self) -> None:
        self.guests = Guests(self.room)

    def session(self) -> asyncio.BaseProtocol:
        """What serves the next client."""
        return self.make(self.guests)

    def succeed(self, old: "Door") -> None:
        """Take over those who are in there."""
        self.succeeding()
        self.guests = old.guests.under(self.room)

    @property
    def bound(self) -> Endpoint:
        """Where it listens, with the port that port 0 has become."""
        wanted = Endpoint.parse(self.address)
        if wanted.path or self.server is None or not self.server.sockets:
            return wanted
        return Endpoint(wanted.host, self.server.sockets[0].getsockname()[1])
