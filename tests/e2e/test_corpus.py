"""A thousand real messages through the proxy into Postfix: each arrives, and below our headers no octet has changed.

Each message is sent twice, once to Postfix and once through the proxy. What Postfix does to a message it does to both,
so the two copies may differ in our headers only.
"""

import asyncio
import re

import pytest

from tests.e2e.postfix import Postfix
from tests.faults.client import Client
from tests.faults.process import REAL, served

pytestmark = [pytest.mark.postfix, pytest.mark.corpus, pytest.mark.slow]

COUNT = 1000
OURS = re.compile(
    rb"X-Spam-Flag: (YES|NO)\r\nX-Spam-Status: (?:Yes|No), score=(-?[0-9]+\.[0-9]{2}) required=5\.0 tests=[^\n]*\n"
    rb"(?:\t[^\n]*\n)*X-Spam-Score: (-?[0-9]+\.[0-9]{2})\r\nX-Spam-Level: \**\r\n"
    rb"X-Hamgate-Report: [^\n]*\n(?:\t[A-Z][^\n]*\n)*"
)
TOP = re.compile(
    rb"Return-Path: <s@x\.test>\r\nX-Original-To: m(\d+)@[a-z.]+\r\nDelivered-To: [^\n]+\n"
    rb"Received: from [^\n]*\n(?:\t[^\n]*\n)+"
)
MAILBOX_LINE = re.compile(rb"(?:X-Mailbox-Line: [^\n]*\n)*")


def messages(corpus: dict[str, list[tuple[str, bytes]]]) -> list[bytes]:
    """Every message with a bare CR, which is the hard case, and then as many others as make a thousand."""
    contents = [raw for messages in corpus.values() for _, raw in messages]
    wire = [content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for content in contents]
    wire = [content if content.endswith(b"\r\n") else content + b"\r\n" for content in wire]
    wire.sort(key=lambda content: re.search(rb"\r(?!\n)", content) is None)
    return wire[:20] + wire[20 :: max(1, (len(wire) - 20) // (COUNT - 20))][: COUNT - 20]


async def send(port: int, recipients: list[tuple[bytes, bytes]]) -> list[bytes]:
    """Send messages over one connection; return the final replies."""
    replies = []
    async with await Client.connect(port) as client:
        await client.hello()
        for recipient, content in recipients:
            await client.envelope(recipient)
            replies.append(await client.data(re.sub(rb"^\.", b"..", content, flags=re.MULTILINE)))
    return replies


async def send_all(port: int, domain: bytes, contents: list[bytes]) -> list[bytes]:
    """Four connections at a time."""
    work = [(b"m%d@%s" % (i, domain), content) for i, content in enumerate(contents)]
    parts = await asyncio.gather(*(send(port, work[start::4]) for start in range(4)))
    return [reply for part in parts for reply in part]


def arrived(postfix: Postfix, domain: str) -> dict[int, bytes]:
    """Messages by number, without what Postfix has put on top: Return-Path to its own Received."""
    found = {}
    for message in postfix.wait_for(COUNT, f"@{domain}"):
        top = TOP.match(message)
        assert top, message[:500]
        found[int(top[1])] = message[top.end() :]
    return found


def without_forged(message: bytes) -> bytes:
    """Drop X-Spam-* from the header, line by line: another way than the code under test goes."""
    header, empty, body = message.partition(b"\r\n\r\n")
    kept: list[bytes] = []
    dropping = False
    for line in header.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")):
            dropping = line.lower().startswith(b"x-spam-")
        if not dropping:
            kept.append(line)
    return b"\r\n".join(kept) + empty + body


def test_a_thousand_messages_arrive_unchanged(postfix: Postfix, sa_corpus: dict[str, list[tuple[str, bytes]]]) -> None:
    contents = messages(sa_corpus)
    assert len(contents) == COUNT

    async def scenario() -> list[bytes]:
        async with served(f"127.0.0.1:{postfix.ports['back']}", REAL, reject_at="off") as server:
            replies = await send_all(server.port, b"proxied.test", contents)
        return replies + await send_all(postfix.ports["back"], b"direct.test", contents)

    replies = asyncio.run(scenario())
    assert [reply for reply in replies if not reply.startswith(b"250 2.0.0 Ok: queued as")] == []
    proxied, direct = arrived(postfix, "proxied.test"), arrived(postfix, "direct.test")
    assert len(proxied) == len(direct) == COUNT
    flags = []
    for number, message in direct.items():
        first = MAILBOX_LINE.match(message)
        assert first
        expected = without_forged(message)
        ours = OURS.match(proxied[number], first.end())
        assert ours, proxied[number][:500]
        flag, score, again = ours.groups()
        assert (flag == b"YES", score) == (float(score) >= 5.0, again)
        flags.append(flag)
        assert proxied[number][: ours.start()] + proxied[number][ours.end() :] == expected, number
    assert postfix.queue_is_empty()
    assert 200 < flags.count(b"YES") < 400  # the real scanner judged: about a third of the corpus is spam
