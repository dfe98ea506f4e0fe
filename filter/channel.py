"""The server's end of the socket to a worker: a request out, an answer in, one at a time.

It is watched all the time, so that no part of an answer takes a future and turns of the event loop. What comes is read
with distrust.
"""

import asyncio
import json
import math
import socket
from collections.abc import Callable
from typing import Any

from filter.worker import ANSWER

MAX_ANSWER = 4 * 1024 * 1024
_INCOMING = memoryview(bytearray(64 * 1024))
"""Where octets arrive, for all channels: they are taken out before anybody else reads."""
_ENDED = "worker ended"

Hear = Callable[[Any, Exception | None], None]
"""Gets the content of an answer, or why there is none: OSError (TimeoutError is one), EOFError or ValueError."""


class Channel:
    """To be used in the event loop in which it is made."""

    def __init__(self, connected: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = connected
        self._heard = bytearray()
        self._unsent = memoryview(b"")
        self._hear: Hear | None = None
        self._fault: Exception | None = None
        self._deadline = math.inf
        self._timer: asyncio.TimerHandle | None = None
        self._loop.add_reader(connected, self._read)

    @property
    def sound(self) -> bool:
        """Whether what comes over it can be believed, as far as is known."""
        return self._fault is None

    def expect(self, hear: Hear, seconds: float = math.inf) -> None:
        """Let `hear` have the next answer, within so many seconds; called at once if there will be none."""
        self._hear = hear
        if self._fault is not None:
            self._fail(self._fault)
            return
        self._deadline = self._loop.time() + seconds
        if seconds < math.inf and (self._timer is None or self._timer.when() > self._deadline):
            self._set_timer()

    def send(self, octets: bytes, descriptor: int | None = None) -> None:
        """Send a request; what the system does not take now goes out later. Faults are for who waits for the answer."""
        try:
            if descriptor is None:
                sent = self._socket.send(octets)
            else:
                sent = socket.send_fds(self._socket, [octets], [descriptor])
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._fail(error)
            return
        if sent < len(octets):
            self._unsent = memoryview(octets)[sent:]
            self._loop.add_writer(self._socket, self._write)

    def _write(self) -> None:
        try:
            self._unsent = self._unsent[self._socket.send(self._unsent) :]
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(error)
        if not self._unsent or self._fault is not None:
            self._loop.remove_writer(self._socket)

    def _read(self) -> None:
        try:
            count = self._socket.recv_into(_INCOMING)
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(error)
            return
        if not count:
            self._fail(EOFError(_ENDED))
            return
        self._heard += _INCOMING[:count]
        self._take()

    def _take(self) -> None:
        """Hand over an answer that is complete; there is never more than one."""
        if self._hear is None:
            self._fail(ValueError("spoke unasked"))
            return
        if len(self._heard) < ANSWER.size:
            return
        (length,) = ANSWER.unpack_from(self._heard)
        if length > MAX_ANSWER or len(self._heard) > ANSWER.size + length:
            self._fail(ValueError("answer too long"))
        elif len(self._heard) == ANSWER.size + length:
            self._finish(self._heard[ANSWER.size :])

    def _finish(self, answer: bytearray) -> None:
        self._heard = bytearray()
        try:
            content = json.loads(answer)
        except (ValueError, RecursionError) as error:
            self._fail(ValueError(f"no JSON: {type(error).__name__}"))
        else:
            self._tell(content, None)

    def _fail(self, error: Exception) -> None:
        """Nothing that comes over it from here on can be believed."""
        self._fault = error
        self._loop.remove_reader(self._socket)
        self._tell(None, error)

    def _tell(self, content: Any, fault: Exception | None) -> None:
        self._deadline = math.inf
        hear, self._hear = self._hear, None
        if hear is not None:
            hear(content, fault)

    def _set_timer(self) -> None:
        """One timer serves many answers: it is set anew only to ring earlier, or when it rang too early."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._deadline, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._loop.time() >= self._deadline:
            self._fail(TimeoutError("no answer in time"))
        elif self._deadline < math.inf:
            self._set_timer()

    def close(self) -> None:
        """Close it: the worker ends. Who still waits hears of it."""
        if self._timer is not None:
            self._timer.cancel()
        if self._socket.fileno() >= 0:
            self._loop.remove_writer(self._socket)
            self._fail(EOFError(_ENDED))
            self._socket.close()
