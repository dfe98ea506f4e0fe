"""Several server processes under one parent, which starts them, passes signals on, and replaces the dead.

The parent serves nobody: it has no event loop and no threads, so it may fork. Each child is joined to it by a `Link`.
"""

import logging
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from time import monotonic

from filter import signals
from filter.link import Link, News

log = logging.getLogger("hamgate.supervisor")

FIRST_DELAY, LONGEST_DELAY = 0.1, 30.0
SETTLED = 60.0
"""Seconds after which a child that dies is no sign that it cannot live."""
SIGNALS = (signal.SIGCHLD, signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


Work = Callable[[int, Link], int]
"""What a child does: it gets its number (from 0) and its link, and returns its exit code."""


@dataclass(frozen=True)
class Hooks:
    """What the parent does beside."""

    on_ready: Callable[[], None] = lambda: None
    """All serve, at the start and after a reload that none has refused."""
    on_stop: Callable[[], None] = lambda: None
    on_beat: Callable[[], None] = lambda: None
    """Called four times within the time of the watchdog."""
    on_end: Callable[[int], None] = lambda pid: None
    """Gets the process id of each child that has ended."""
    reread: Callable[[], int | None] = lambda: None
    """At SIGHUP: how many children are wanted by new settings; None to stay as it is."""
    on_taken: Callable[[], None] = lambda: None
    """The first child has taken up what `reread` read, or none was there to ask: who starts now starts with it."""
    on_refused: Callable[[], None] = lambda: None
    """All have answered, and a child stays with what it had."""


NO_HOOKS = Hooks()


@dataclass(eq=False)
class _Child:
    number: int
    due: float = 0.0
    """When it may be started (monotonic)."""
    delay: float = 0.0
    """Before its last start."""
    pid: int = 0
    channel: socket.socket | None = None
    started: float = 0.0
    heard: float = 0.0
    ready: bool = False
    reload: bool = False
    """SIGHUP came before it could hear it."""
    asked: bool = False
    """It has SIGHUP from us, and has not answered yet."""
    again: bool = False
    """Another one came meanwhile: its answer may be to the settings before."""


class Supervisor:
    """Runs `count` children until SIGTERM or SIGINT."""

    def __init__(self, work: Work, count: int, hooks: Hooks = NO_HOOKS, *, watchdog: float | None = None) -> None:
        """`watchdog`: seconds without `News.ALIVE` after which a child is killed."""
        self._work = work
        self._hooks = hooks
        self._watchdog = watchdog
        self._children = [_Child(number) for number in range(count)]
        self._leaving: list[_Child] = []
        self._selector = selectors.DefaultSelector()
        self._code = 0
        self._begun = False
        self._waiting: set[_Child] = set()
        """Those that have not yet settled, at the start or at a reload."""
        self._owed = False
        """Whether somebody is to hear when all have."""
        self._wanted: int | None = None
        """The number of children by settings that none has taken up yet."""
        self._refused = False
        self._stopping = False

    def run(self) -> int:
        """Serve; return the exit code: 0 if all children ended as they should."""
        with signals.heard(SIGNALS) as channel:
            self._selector.register(channel, selectors.EVENT_READ, partial(self._on_signals, channel))
            while not self._stopping or self._living:
                self._start_those_due()
                for key, _ in self._selector.select(self._pause()):
                    key.data()
                self._reap()
                self._look_after()
        self._selector.close()
        return self._code

    @property
    def _living(self) -> list[_Child]:
        return [child for child in (*self._children, *self._leaving) if child.pid]

    def _on_signals(self, channel: socket.socket) -> None:
        numbers = set(channel.recv(4096))
        if signal.SIGHUP in numbers and not self._stopping:
            self._reload()
        if numbers & {signal.SIGTERM, signal.SIGINT}:
            self._stop()

    def _stop(self) -> None:
        if not self._stopping:
            self._hooks.on_stop()
        self._stopping = True
        for child in self._living:
            os.kill(child.pid, signal.SIGTERM)

    def _reload(self) -> None:
        count = self._hooks.reread()
        if count is None:
            return
        self._wanted, self._refused, self._owed = count, False, True
        self._waiting = set(self._children[:count])
        for child in self._waiting:
            child.reload = not child.ready
            if child.pid and child.ready:
                self._ask(child)
        if not any(child.pid and child.ready for child in self._children):
            self._take_up()  # the old settings may be what they cannot start with

    def _ask(self, child: _Child) -> None:
        """Let a child take up new settings: again, when it has answered, if it is just doing so."""
        if child.asked:
            child.again = True
            return
        child.asked, child.again = True, False
        os.kill(child.pid, signal.SIGHUP)

    def _take_up(self) -> None:
        """A child serves by the new settings: from now on they count for all, and so does their number."""
        if self._wanted is None:
            return
        count, self._wanted = self._wanted, None
        self._hooks.on_taken()
        surplus = [child for child in self._children[count:] if child.pid]
        for child in surplus:
            os.kill(child.pid, signal.SIGTERM)
        self._leaving += surplus
        more = [_Child(number) for number in range(len(self._children), count)]
        self._children = self._children[:count] + more
        self._waiting = self._waiting.intersection(self._children).union(more)

    def _start_those_due(self) -> None:
        """The first child goes first: what is wrong with the settings is said once."""
        for child in self._children if self._begun else self._children[:1]:
            if not child.pid and child.due <= monotonic() and not self._stopping:
                self._start(child)

    def _start(self, child: _Child) -> None:
        ours, theirs = socket.socketpair()
        sys.stdout.flush()
        sys.stderr.flush()
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # the child would lose one that comes too early
        try:
            pid = os.fork()
        except OSError as error:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            ours.close()
            theirs.close()
            return self._put_off(child, f"cannot be started: {error}")
        if pid == 0:
            self._be_child(child, theirs, (ours,), mask)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        theirs.close()
        ours.setblocking(False)
        child.pid, child.channel, child.ready, child.asked = pid, ours, False, False
        child.reload = self._wanted is not None  # it has the old settings, and must answer for the new ones, too
        child.started = child.heard = monotonic()
        self._selector.register(ours, selectors.EVENT_READ, partial(self._on_news, child))
        return None

    def _be_child(
        self, child: _Child, channel: socket.socket, others: tuple[socket.socket, ...], mask: set[int | signal.Signals]
    ) -> None:
        """Never returns. All that is the parent's is shut: a sibling must see the parent's end of its link close."""
        code = 1
        try:
            signals.unheard(SIGNALS)
            for key in list(self._selector.get_map().values()):
                if isinstance(key.fileobj, socket.socket):
                    key.fileobj.close()
            self._selector.close()
            for other in others:
                other.close()
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until it can be heard; the parent sends it again
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            code = self._work(child.number, Link(channel))
        except BaseException:
            log.exception("server process %d", child.number)
        finally:
            with suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _on_news(self, child: _Child) -> None:
        assert child.channel is not None  # noqa: S101 - it is what has news
        try:
            news = child.channel.recv(4096)
        except OSError:
            news = b""
        if not news:
            return self._close(child)  # it ends, as SIGCHLD will say
        child.heard = monotonic()
        if News.READY.value in news:
            self._on_child_ready(child)
        if News.RELOADED.value in news or News.REFUSED.value in news:
            self._on_answer(child, taken=News.RELOADED.value in news)
        return None

    def _on_child_ready(self, child: _Child) -> None:
        child.ready = True
        if not self._begun:
            self._begun = self._owed = True
            self._waiting = set(self._children)
        if child.reload:
            child.reload = False
            self._ask(child)
        else:
            self._has_settled(child)

    def _on_answer(self, child: _Child, *, taken: bool) -> None:
        child.asked = False
        if child.again:
            return self._ask(child)
        if taken:
            self._take_up()
        self._refused = self._refused or not taken
        return self._has_settled(child)

    def _has_settled(self, child: _Child) -> None:
        self._waiting.discard(child)
        if self._owed and not self._waiting:
            self._owed, self._wanted = False, None
            (self._hooks.on_refused if self._refused else self._hooks.on_ready)()

    def _close(self, child: _Child) -> None:
        if child.channel is not None:
            self._selector.unregister(child.channel)
            child.channel.close()
            child.channel = None

    def _reap(self) -> None:
        living = {child.pid: child for child in self._living}
        with suppress(ChildProcessError):  # there are none
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                child = living.get(ended[0])
                if child is not None:  # in a container we are process 1, and the orphans of a dead child are ours too
                    self._close(child)
                    child.pid = 0
                    self._hooks.on_end(ended[0])
                    self._has_ended(child, os.waitstatus_to_exitcode(ended[1]))

    def _has_ended(self, child: _Child, code: int) -> None:
        if self._stopping:
            self._code = self._code or int(code not in (0, -signal.SIGTERM))  # the signal, if it had not begun to serve
        elif child in self._leaving:
            self._leaving.remove(child)
        elif not self._begun:  # it has said why
            self._stopping, self._code = True, 1
        else:
            self._put_off(child, f"ended ({_how(code)})")

    def _put_off(self, child: _Child, why: str) -> None:
        """Start it again: soon if it lived, ever later if it dies young."""
        settled = child.started and monotonic() - child.started > SETTLED
        child.delay = FIRST_DELAY if settled else min(LONGEST_DELAY, max(FIRST_DELAY, child.delay * 2))
        child.due = monotonic() + child.delay
        log.error("server process %d %s, starts again in %g s", child.number, why, child.delay)

    def _pause(self) -> float | None:
        """Seconds until something is due; None: until a signal or news come."""
        dues = [child.due for child in self._children if not child.pid and self._begun and not self._stopping]
        pauses = [max(0.0, due - monotonic()) for due in dues]
        return min([*pauses, *([self._watchdog / 4] if self._watchdog else [])], default=None)

    def _look_after(self) -> None:
        if self._watchdog is None:
            return
        self._hooks.on_beat()
        for child in self._living:
            silent = monotonic() - child.heard > self._watchdog
            if silent and child.ready and not self._stopping and child not in self._leaving:
                log.error("server process %d is stuck, it is killed", child.number)
                child.heard = monotonic()
                os.kill(child.pid, signal.SIGKILL)


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
