"""A server that judges messages: how its processes are asked and what they spend."""

import math
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from tests.benchmarks.contest import Costs
from tests.benchmarks.corpus import Mail
from tests.benchmarks.machine import LOADING, cpu, on

Address = tuple[str, int] | Path
_PATIENCE = 60.0
_SETTLE = 0.01
"""Seconds until a server has put away what it did after its last answer."""


class Served:
    """A row of the table: each message goes to a server by `ask`, one at a time, from the other core.

    `every`: it judges one of so many messages, because it takes long. What a server does after its answer counts for
    the message after it, and in the end for the last one.
    """

    def __init__(self, name: str, pids: Sequence[int], ask: Callable[[bytes], object], every: int = 1) -> None:
        self.name = name
        self._pids = pids
        self._ask = ask
        self._every = every

    def costs(self, mail: Sequence[Mail]) -> Costs:
        """CPU of all its processes."""
        found = [math.nan] * len(mail)
        with on(LOADING):
            spent = cpu(self._pids)
            for place in range(0, len(mail), self._every):
                self._ask(mail[place].raw)
                before, spent = spent, cpu(self._pids)
                found[place] = spent - before
            time.sleep(_SETTLE)
            found[place] += cpu(self._pids) - spent
        return {self.name: found}


def connect(address: Address) -> socket.socket:
    """A connection by TCP, or to the unix socket of that path."""
    if isinstance(address, tuple):
        return socket.create_connection(address, _PATIENCE)
    one = socket.socket(socket.AF_UNIX)
    one.settimeout(_PATIENCE)
    one.connect(str(address))
    return one


def answer(address: Address, request: bytes) -> bytes:
    """Say one thing on a connection, and hear all of the answer, until the other side closes."""
    with closing(connect(address)) as one:
        one.sendall(request)
        found = bytearray()
        while octets := one.recv(65536):
            found += octets
    return bytes(found)


def http(address: Address, path: str, message: bytes) -> bytes:
    """POST `message`, on a connection of its own. Raises ValueError unless the answer is 200."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {len(message)}\r\n\r\n"
    found = answer(address, head.encode() + message)
    if b" 200 " not in found.partition(b"\r\n")[0]:
        raise ValueError(f"refused: {found[:200]!r}")
    return found


def spamc(address: Address, verb: str, message: bytes) -> bytes:
    """Ask by the spamd protocol, as spamc does. Raises ValueError for an error."""
    head = f"{verb} SPAMC/1.5\r\nContent-length: {len(message)}\r\n\r\n"
    found = answer(address, head.encode() + message)
    if b" EX_OK" not in found.partition(b"\r\n")[0]:
        raise ValueError(f"refused: {found[:200]!r}")
    return found
