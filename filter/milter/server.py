"""One connection of an MTA: octets, clocks, and its place among the guests. Only here is anything known of sockets."""

import asyncio
import logging
from typing import cast

from filter.door.desk import Desk
from filter.door.guests import Guests
from filter.door.limits import DoorLimits
from filter.milter import judgement
from filter.milter.answers import PROGRESS
from filter.milter.dialogue import Complete, Dialogue, Stage
from filter.milter.frames import FrameReader, MilterError
from filter.milter.settings import MilterDoor
from filter.rules.own.entries import client

log = logging.getLogger("hamgate.milter")

SHARE = 64
"""Frames that a connection gets worked on before others have their turn."""
AHEAD = 256 * 1024
"""Octets that an MTA may send ahead while we are busy with what came before."""


class Session(asyncio.Protocol):
    """See `Guest`. Frames are heard as they come; only a verdict is waited for, in a task."""

    def __init__(
        self, desk: Desk, settings: MilterDoor, limits: DoorLimits, guests: Guests, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.address = ""
        self._desk = desk
        self._settings = settings
        self._limits = limits
        self._guests = guests
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._frames = FrameReader()
        self._dialogue = Dialogue(limits.message, desk.listener)
        self._task: asyncio.Task[None] | None = None
        self._next: asyncio.Handle | None = None
        self._unheard = False
        self._paused = False
        self._leaving = False
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._progress: asyncio.TimerHandle | None = None

    # --- what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take our place, or be shown out: the MTA then does as its own settings say (Postfix: 451)."""
        self._transport = cast(asyncio.Transport, transport)
        name = transport.get_extra_info("peername")
        if isinstance(name, tuple):
            self.address = str(client(name[0]) or "")
        shut = self._guests.enter(self)
        if shut is not None:
            log.warning("a mail server is not let in at %s: %s", self._place, shut.value)
            return self._transport.abort()
        return self._expect()

    def data_received(self, data: bytes) -> None:
        """Hear what came, unless we are busy."""
        self._frames.feed(data)
        self._hear()
        if self._busy and self._frames.waiting > AHEAD and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        """The MTA does not take our answers: hear no more of it."""
        self._unheard = True
        self._expect()

    def resume_writing(self) -> None:
        """It has taken them."""
        self._unheard = False
        self._hear()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget everything; a message under way is the MTA's alone."""
        self._transport = None
        for handle in (self._timer, self._progress, self._next):
            if handle is not None:
                handle.cancel()
        if self._task is None:
            self._dialogue.over()
        else:  # soon, not now: its first step, after which it tells of the message in any case, may be still to come
            self._loop.call_soon(self._task.cancel)
        self._guests.leave(self)

    # --- what the server calls

    def ask_to_leave(self) -> None:
        """See `Guest`."""
        self._leaving = True
        self._leave_if_asked()

    def throw_out(self) -> None:
        """See `Guest`."""
        if self._transport is not None:
            self._transport.abort()

    def _leave_if_asked(self) -> None:
        if self._leaving and not self._dialogue.in_message:
            self._close()

    # --- frames

    @property
    def _place(self) -> str:
        return self._desk.listener or "a milter"

    @property
    def _busy(self) -> bool:
        """What comes has to wait."""
        return self._task is not None or self._next is not None or self._unheard

    def _hear_on(self) -> None:
        """It is our turn again."""
        self._next = None
        self._hear()

    def _hear(self) -> None:
        if self._busy or self._transport is None:  # of who is gone nothing is judged
            return
        try:
            self._hear_some()
        except MilterError as error:
            log.warning("a mail server is cut off at %s: %s", self._place, error)
            self.throw_out()
        except Exception as error:  # a fault of ours: the MTA hears nothing, and so keeps its message
            log.error("fault in a connection at %s", self._place, exc_info=error)
            self.throw_out()

    def _hear_some(self) -> None:
        answers = []
        for _ in range(SHARE):
            found = self._frames.take()
            if found is None:
                break
            event = self._dialogue.hear(*found)
            if isinstance(event, bytes):
                answers.append(event)
                continue
            self._write(b"".join(answers))
            return self._judge(event) if isinstance(event, Complete) else self._close()
        else:
            self._next = self._loop.call_soon(self._hear_on)
        self._write(b"".join(answers))
        self._leave_if_asked()
        return self._go_on()

    def _go_on(self) -> None:
        """Wait for what comes."""
        self._expect()
        if self._paused and not self._busy and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()

    def _write(self, octets: bytes) -> None:
        if octets and self._transport is not None:
            self._transport.write(octets)

    def _close(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.close()

    # --- verdicts

    def _judge(self, complete: Complete) -> None:
        self._progress = self._loop.call_later(self._settings.progress, self._still_at_it)
        self._task = self._loop.create_task(self._answer(complete))

    def _still_at_it(self) -> None:
        self._write(PROGRESS)
        self._progress = self._loop.call_later(self._settings.progress, self._still_at_it)

    async def _answer(self, complete: Complete) -> None:
        try:
            self._write(await judgement.answer(self._desk, complete))
        except Exception as error:
            log.error("fault in a message at %s", self._place, exc_info=error)
            self.throw_out()
        finally:
            self._dialogue.over()
            self._task = None
            if self._progress is not None:
                self._progress.cancel()
        self._leave_if_asked()
        self._hear()

    # --- the clock

    def _expect(self) -> None:
        """Give the MTA time: little to say who it is, to finish a frame, or to take our answers; else much."""
        unfinished = self._dialogue.stage is Stage.STRANGE or self._frames.waiting > 0 or self._unheard
        self._deadline = self._loop.time() + (self._limits.idle if unfinished else self._settings.patience)
        if self._timer is None or self._timer.when() > self._deadline:
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._deadline, self._ring)

    def _ring(self) -> None:
        if self._task is not None:  # it waits for us, not we for it
            self._deadline = self._loop.time() + self._limits.idle
        if self._loop.time() < self._deadline:
            self._set_timer()
        else:
            log.info("a mail server was silent for too long at %s", self._place)
            self.throw_out()
