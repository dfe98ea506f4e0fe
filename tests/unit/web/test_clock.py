"""The clock of a connection, over a loop whose time the test sets."""

import asyncio
from collections.abc import Callable
from typing import cast

from filter.web.clock import Clock


class Handle:
    def __init__(self, when: float, call: Callable[[], None]) -> None:
        self._when, self.call, self.cancelled = when, call, False

    def when(self) -> float:
        return self._when

    def cancel(self) -> None:
        self.cancelled = True


class Loop:
    """Has a time and timers."""

    def __init__(self) -> None:
        self.now = 100.0
        self.handles: list[Handle] = []
        self.rung = 0

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, call: Callable[[], None]) -> Handle:
        self.handles.append(Handle(when, call))
        return self.handles[-1]

    def ring(self) -> None:
        self.rung += 1

    def pass_to(self, now: float) -> None:
        """Let time go on, and timers ring in their order."""
        while due := [one for one in self.handles if not one.cancelled and one.when() <= now]:
            first = min(due, key=Handle.when)
            self.handles.remove(first)
            self.now = first.when()
            first.call()
        self.now = now


def clock(loop: Loop, idle: float = 300.0) -> Clock:
    return Clock(cast(asyncio.AbstractEventLoop, loop), idle, loop.ring)


def test_it_rings_when_the_time_for_all_is_over_however_busy_the_client_is() -> None:
    loop = Loop()
    made = clock(loop)
    made.expect(10.0)
    for second in range(1, 10):
        loop.pass_to(100.0 + second)
        made.heard()
    assert loop.rung == 0
    loop.pass_to(110.0)
    assert loop.rung == 1
    loop.pass_to(1000.0)
    assert loop.rung == 1


def test_it_rings_when_a_client_is_silent_for_too_long() -> None:
    loop = Loop()
    made = clock(loop, idle=5.0)
    made.expect(60.0)
    loop.pass_to(104.0)
    made.heard()
    loop.pass_to(108.9)
    assert loop.rung == 0
    loop.pass_to(109.0)
    assert loop.rung == 1


def test_it_stands_still_while_the_client_waits_for_us() -> None:
    loop = Loop()
    made = clock(loop)
    made.expect(10.0)
    assert made.running
    made.rest()
    assert not made.running
    loop.pass_to(500.0)
    assert loop.rung == 0
    made.expect(10.0)
    loop.pass_to(510.0)
    assert loop.rung == 1


def test_a_shorter_wait_moves_the_timer_and_a_longer_one_does_not() -> None:
    loop = Loop()
    made = clock(loop)
    made.expect(20.0)
    made.expect(30.0)
    assert len(loop.handles) == 1
    made.expect(5.0)
    loop.pass_to(105.0)
    assert loop.rung == 1


def test_stopped_it_never_rings() -> None:
    loop = Loop()
    made = clock(loop)
    made.expect(1.0)
    made.stop()
    made.stop()
    loop.pass_to(200.0)
    assert loop.rung == 0
