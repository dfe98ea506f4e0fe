"""Who is connected."""

import asyncio
from collections.abc import Awaitable, Callable

from filter.door.guests import Guests, Shut
from filter.door.limits import Room


class Visitor:
    """Leaves when asked, or only when thrown out."""

    def __init__(self, guests: Guests, address: str = "192.0.2.1", stubborn: bool = False) -> None:
        self.address = address
        self._guests = guests
        self._stubborn = stubborn
        self.refusal: Shut | None = guests.enter(self)

    def ask_to_leave(self) -> None:
        if not self._stubborn:
            self._guests.leave(self)

    def throw_out(self) -> None:
        self._guests.leave(self)


def play(scenario: Callable[[Guests], Awaitable[None]], room: Room) -> None:
    async def run() -> None:
        await scenario(Guests(room))

    asyncio.run(run())


def test_limits_count_those_who_are_here() -> None:
    async def scenario(guests: Guests) -> None:
        first, second = Visitor(guests), Visitor(guests)
        assert (first.refusal, second.refusal) == (None, None)
        third = Visitor(guests)
        assert third.refusal == Shut.CROWDED
        other = Visitor(guests, "192.0.2.2")
        assert other.refusal == Shut.FULL
        for visitor in (third, other, first):
            guests.leave(visitor)
        assert Visitor(guests).refusal is None
        assert len(guests) == 2

    play(scenario, Room(connections=3, connections_per_address=2))


def test_farewell_asks_and_then_throws_out() -> None:
    async def scenario(guests: Guests) -> None:
        Visitor(guests)
        Visitor(guests, stubborn=True)
        assert await guests.farewell(0.01) == 1
        assert len(guests) == 0
        assert Visitor(guests).refusal == Shut.CLOSING

    play(scenario, Room())


def test_farewell_to_nobody_is_short() -> None:
    async def scenario(guests: Guests) -> None:
        assert await guests.farewell(60) == 0

    play(scenario, Room())


def test_a_network_of_ipv6_counts_as_one_address() -> None:
    async def scenario(guests: Guests) -> None:
        assert [Visitor(guests, f"2001:db8::{number}").refusal for number in (1, 2)] == [None, None]
        assert Visitor(guests, "2001:db8::3").refusal is Shut.CROWDED
        assert Visitor(guests, "2001:db8:0:1::1").refusal is None

    play(scenario, Room(connections_per_address=2))
