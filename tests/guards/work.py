"""Fixed work, to be counted by callgrind: each step on twenty messages, and one conversation with the proxy.

Run as `valgrind --tool=callgrind --dump-before=getpriority ... python -m tests.guards.work`: each piece of work lies
between two calls of getpriority(2), which nothing else calls, and so in a dump of its own.
"""

import asyncio
import email
import gc
import os
from collections.abc import Callable, Iterator

from filter.door.guests import Guests
from filter.envelope import NO_ENVELOPE
from filter.features import extract
from filter.message import parse
from filter.scan import Scanner
from filter.smtp.limits import Limits
from filter.smtp.proxy import Proxy
from filter.smtp.server import Server
from filter.terms import PolicyBook
from filter.verdict import Verdict
from tests.judge import FakeJudge
from tests.mail import ham, spam
from tests.unit.smtp.memory import GO, OK, MemoryHop, MemoryRelay, MemoryTransport

REFERENCE = "reference"
NAMES = (REFERENCE, "read", "features", "classify", "rules", "verdict", "session")
"""Pieces of work, in order. The reference is work of the standard library on the same messages."""
MESSAGES = [make(number) for number in range(10) for make in (ham, spam)]
_COMMANDS = (b"EHLO c.test\r\n", b"MAIL FROM:<s@x.test>\r\n", b"RCPT TO:<r@y.test>\r\n", b"DATA\r\n")


def mark() -> None:
    """Begin or end a piece of work."""
    os.getpriority(os.PRIO_PROCESS, 0)


def pieces() -> Iterator[Callable[[], object]]:
    """What `NAMES` names."""
    scanner = Scanner.load()
    classifier, rules = scanner.classifier, scanner.rules
    messages = [parse(raw) for raw in MESSAGES]
    features = [extract(message, classifier.fields) for message in messages]
    model = [classifier.hits(one) for one in features]
    found = [[*hits, *rules.judge(message, NO_ENVELOPE, hits)] for message, hits in zip(messages, model, strict=True)]
    yield lambda: [len(list(email.message_from_bytes(raw).walk())) for raw in MESSAGES]
    yield lambda: [parse(raw) for raw in MESSAGES]
    yield lambda: [extract(message, classifier.fields) for message in messages]
    yield lambda: [classifier.hits(one) for one in features]
    yield lambda: [rules.judge(*pair) for pair in zip(messages, [NO_ENVELOPE] * len(messages), model, strict=True)]
    yield lambda: [Verdict(tuple(hits)) for hits in found]
    yield lambda: asyncio.run(_conversations())


async def _conversations() -> None:
    """Each message on a connection of its own, to a relay in memory that takes all."""
    loop, limits = asyncio.get_running_loop(), Limits()
    guests = Guests(limits)
    relay = MemoryRelay(*[MemoryHop(OK, OK, GO, OK, OK, OK) for _ in MESSAGES])
    proxy = Proxy(
        relay=relay, judge=FakeJudge(), book=PolicyBook(), limits=limits, hostname="proxy.test", version="1.0"
    )
    for raw in MESSAGES:
        session = Server(proxy, guests, loop)
        transport = MemoryTransport(session)
        session.connection_made(transport)
        await _answered(transport, 0, b"220")
        for octets, code in (*((line, b"") for line in _COMMANDS), (raw.replace(b"\n", b"\r\n") + b".\r\n", b"250")):
            await _said(session, transport, octets, code)
        await _said(session, transport, b"QUIT\r\n", b"221")
        session.connection_lost(None)


async def _said(session: Server, transport: MemoryTransport, octets: bytes, code: bytes) -> None:
    before = len(transport.written)
    session.get_buffer(-1)[: len(octets)] = octets
    session.buffer_updated(len(octets))
    await _answered(transport, before, code)


async def _answered(transport: MemoryTransport, before: int, code: bytes) -> None:
    """Let the loop turn until there is one more answer; it must begin with `code`."""
    for _ in range(1000):
        if len(transport.written) > before:
            break
        await asyncio.sleep(0)
    if not transport.written[before:] or not transport.written[before].startswith(code):
        raise AssertionError(f"not answered with {code!r}: {transport.written!r}")


def main() -> None:
    """Each piece twice for its caches, and once to be counted."""
    for piece in pieces():
        piece()
        piece()
        gc.collect()
        gc.disable()
        mark()
        piece()
        mark()
        gc.enable()


if __name__ == "__main__":
    main()
