"""Whatever the relay does, the client hears the truth: the relay's own reply, or 451. Rows F01 to F44.

Each row: what the relay does, what the client hears first that is not success, and the copies the relay has then.
"""

import asyncio
from dataclasses import dataclass, field

import pytest

from tests.faults.client import HAM, Client
from tests.faults.house import house
from tests.faults.relay import Body, Close, FakeRelay, Hang, Reset, Say, Step

LOCAL = b"451 4.3.0 "
LINES = b"Subject: long\r\n\r\n" + b"".join(b"line %07d %s\r\n" % (i, b"x" * 80) for i in range(20_000))  # 2 MB


@dataclass(frozen=True)
class Row:
    name: str
    script: dict[str, list[Step]]
    hears: dict[str, bytes]
    copies: int = 0
    message: bytes = HAM
    recipients: tuple[bytes, ...] = (b"r@y.test",)
    kept: tuple[bytes, ...] = field(default=(b"RCPT TO:<r@y.test>",))


TWO = (b"good@y.test", b"bad@y.test")
GOOD_ONLY = (b"RCPT TO:<good@y.test>",)

# fmt: off
ROWS = (
    Row("F03 421 greeting", {"greeting": [Say(b"421 busy\r\n")]}, {"MAIL": LOCAL}),
    Row("F02 no greeting", {"greeting": [Hang()]}, {"MAIL": LOCAL}),
    Row("F04 554 greeting", {"greeting": [Say(b"554 no\r\n")]}, {"MAIL": LOCAL}),
    Row("F05 garbage greeting", {"greeting": [Say(b"SSH-2.0-x\r\n")]}, {"MAIL": LOCAL}),
    Row("F06 closes at greeting", {"greeting": [Close()]}, {"MAIL": LOCAL}),
    Row("F07 EHLO refused", {"EHLO": [Say(b"500 what\r\n")]}, {"MAIL": LOCAL}),
    Row("F08 MAIL 450", {"MAIL": [Say(b"450 4.1.8 no\r\n")]}, {"MAIL": b"450 4.1.8 no\r\n"}),
    Row("F09 MAIL 550", {"MAIL": [Say(b"550 5.1.8 no\r\n")]}, {"MAIL": b"550 5.1.8 no\r\n"}),
    Row("F10 MAIL 421", {"MAIL": [Say(b"421 no\r\n")]}, {"MAIL": LOCAL}),
    Row("F11 MAIL close", {"MAIL": [Close()]}, {"MAIL": LOCAL}),
    Row("F12 MAIL hang", {"MAIL": [Hang()]}, {"MAIL": LOCAL}),
    Row(
        "F13 RCPT 450",
        {"RCPT": [Say(b"250 ok\r\n"), Say(b"450 4.2.1 x\r\n")]},
        {"RCPT2": b"450 4.2.1 x\r\n"},
        1,
        recipients=TWO,
        kept=GOOD_ONLY,
    ),
    Row(
        "F14 RCPT 550",
        {"RCPT": [Say(b"250 ok\r\n"), Say(b"550 5.1.1 x\r\n")]},
        {"RCPT2": b"550 5.1.1 x\r\n"},
        1,
        recipients=TWO,
        kept=GOOD_ONLY,
    ),
    Row(
        "F15 RCPT both 550",
        {"RCPT": [Say(b"550 5.1.1 x\r\n")] * 2},
        {"RCPT1": b"550 5.1.1 x\r\n", "RCPT2": b"550 5.1.1 x\r\n", "DATA": b"503 5.5.1"},
        recipients=TWO,
    ),
    Row("F16 RCPT 421", {"RCPT": [Say(b"421 x\r\n")]}, {"RCPT1": LOCAL, "DATA": b"503 5.5.1"}),
    Row("F17 RCPT close", {"RCPT": [Close()]}, {"RCPT1": LOCAL, "DATA": b"503 5.5.1"}),
    Row("F18 RCPT hang", {"RCPT": [Hang()]}, {"RCPT1": LOCAL, "DATA": b"503 5.5.1"}),
    Row(
        "F19 lost at second RCPT",
        {"RCPT": [Say(b"250 ok\r\n"), Close()]},
        {"RCPT2": LOCAL, "DATA": LOCAL},
        recipients=TWO,
    ),
    Row("F20 DATA 451", {"DATA": [Say(b"451 4.3.2 x\r\n")]}, {"dot": b"451 4.3.2 x\r\n"}),
    Row("F21 DATA 554", {"DATA": [Say(b"554 5.5.1 x\r\n")]}, {"dot": b"554 5.5.1 x\r\n"}),
    Row("F22 DATA 250", {"DATA": [Say(b"250 x\r\n")]}, {"dot": LOCAL}),
    Row("F23 DATA close", {"DATA": [Close()]}, {"dot": LOCAL}),
    Row("F24 DATA hang", {"DATA": [Hang()]}, {"dot": LOCAL}),
    Row("F25 reset after a line", {"body": [Body(1, Reset())]}, {"dot": LOCAL}, message=LINES),
    Row("F26 close in the message", {"body": [Body(200, Close())]}, {"dot": LOCAL}, message=LINES),
    Row("F27 stops reading", {"body": [Body(1, Hang())]}, {"dot": LOCAL}, message=LINES * 4),
    Row("F28 many lines", {"dot": [Say(b"250-one\r\n250 two\r\n")]}, {"dot": b"250-one\r\n250 two\r\n"}, 1),
    Row("F29 dot 451", {"dot": [Say(b"451 4.7.1 later\r\n")]}, {"dot": b"451 4.7.1 later\r\n"}),
    Row("F30 dot 452", {"dot": [Say(b"452 4.3.1 full\r\n")]}, {"dot": b"452 4.3.1 full\r\n"}),
    Row("F31 dot 550", {"dot": [Say(b"550 5.7.1 no\r\n")]}, {"dot": b"550 5.7.1 no\r\n"}),
    Row("F32 dot 421", {"dot": [Say(b"421 x\r\n")]}, {"dot": LOCAL}),
    Row("F33 dot close", {"dot": [Close()]}, {"dot": LOCAL}, 1),
    Row("F34 dot reset", {"dot": [Reset()]}, {"dot": LOCAL}, 1),
    Row("F35 dot '25'", {"dot": [Close(b"25")]}, {"dot": LOCAL}, 1),
    Row("F36 dot '250 ok', no CRLF", {"dot": [Close(b"250 ok")]}, {"dot": LOCAL}, 1),
    Row("F37 dot hang", {"dot": [Hang()]}, {"dot": LOCAL}, 1),
    Row("F38 dot garbage", {"dot": [Say(b"hello\r\n")]}, {"dot": LOCAL}, 1),
    Row("F39 dot 221", {"dot": [Say(b"221 bye\r\n")]}, {"dot": LOCAL}, 1),
    Row("F40 dot 354", {"dot": [Say(b"354 more\r\n")]}, {"dot": LOCAL}, 1),
    Row("F41 dot mixed codes", {"dot": [Say(b"250-ok\r\n550 no\r\n")]}, {"dot": LOCAL}, 1),
    Row("F42 dot late", {"dot": [Say(b"250 ok\r\n", after=0.2)]}, {"dot": b"250 ok\r\n"}, 1),
    Row("F43 reply with ESC and NUL", {"dot": [Say(b"250 a\x1b[2Jb\0c\r\n")]}, {"dot": b"250 a?[2Jb?c\r\n"}, 1),
    Row("F44 endless reply", {"dot": [Say(b"250 " + b"x" * 200_000 + b"\r\n")]}, {"dot": LOCAL}, 1),
    Row("half a 250 before the dot", {"DATA": [Say(b"354 go\r\n250 o")], "dot": [Say(b"k\r\n")]}, {"dot": LOCAL}),
    Row("250 and goodbye", {"dot": [Close(b"250 ok\r\n421 bye\r\n")]}, {"dot": b"250 ok\r\n"}, 1),
    Row("250 before the dot", {"DATA": [Say(b"354 go\r\n250 ok\r\n")]}, {"dot": LOCAL}),
)
# fmt: on


async def conversation(client: Client, row: Row) -> dict[str, bytes]:
    """Send a message; return the replies that are not plain success, and the last one."""
    await client.hello()
    replies = {"MAIL": await client.say(b"MAIL FROM:<s@x.test>")}
    if replies["MAIL"].startswith(b"250"):
        for i, recipient in enumerate(row.recipients, 1):
            replies[f"RCPT{i}"] = await client.say(b"RCPT TO:<%s>" % recipient)
        replies["DATA"] = await client.say(b"DATA")
        if replies["DATA"].startswith(b"354"):
            replies["dot"] = await client.say(row.message + b".")
    return replies


async def run(row: Row) -> None:
    async with FakeRelay(row.script) as relay, house(relay.port) as proxy, await proxy.client() as client:
        replies = await conversation(client, row)
        for stage, expected in row.hears.items():
            assert replies[stage].startswith(expected), (stage, replies)
        others = {stage: reply for stage, reply in replies.items() if stage not in row.hears}
        assert all(reply.startswith((b"250", b"354")) for reply in others.values()), others
        assert len(relay.copies) == row.copies
        assert all(tuple(copy.rcpts) == row.kept for copy in relay.copies)
        await still_works(client, relay)


async def still_works(client: Client, relay: FakeRelay) -> None:
    """After the fault the same client sends the next message, and the relay behaves again."""
    before = len(relay.copies)
    relay.script.clear()
    assert (await client.say(b"RSET")).startswith(b"250")
    assert (await client.envelope())[-1].startswith(b"250")
    assert (await client.data()).startswith(b"250 2.0.0 queued")
    assert len(relay.copies) == before + 1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_relay_fault(row: Row) -> None:
    asyncio.run(run(row))


def test_f01_relay_refuses_connections(unused_tcp_port_held: int) -> None:
    async def scenario() -> None:
        async with house(unused_tcp_port_held) as proxy, await proxy.client() as client:
            await client.hello()
            assert (await client.say(b"MAIL FROM:<s@x.test>")).startswith(LOCAL)

    asyncio.run(scenario())


def test_f77_relay_dies_between_two_messages() -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, house(relay.port) as proxy, await proxy.client() as client:
            await client.hello()
            await client.envelope()
            assert (await client.data()).startswith(b"250")
            await relay.die()
            assert (await client.say(b"MAIL FROM:<s@x.test>")).startswith(LOCAL)

    asyncio.run(scenario())


def test_relay_that_hangs_up_between_two_messages_is_called_again() -> None:
    async def scenario() -> None:
        script: dict[str, list[Step]] = {"MAIL": [Say(b"250 ok\r\n"), Close(b"421 idle too long\r\n")]}
        async with FakeRelay(script) as relay, house(relay.port) as proxy, await proxy.client() as client:
            await client.hello()
            for _ in range(2):
                assert (await client.envelope())[-1].startswith(b"250")
                assert (await client.data()).startswith(b"250")
            assert len(relay.copies) == 2

    asyncio.run(scenario())
