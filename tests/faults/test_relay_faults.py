"""Whatever the relay does, the client hears the truth: the relay's own reply, or 451. Rows F01 to F44, F103 to F105.

Each row: what the relay does, what the client hears first that is not success, and the copies the relay has then.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from filter.smtp.courier import Courier
from filter.smtp.listener import Listener
from filter.smtp.peer import Peer
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.upstream import SmtpRelay
from tests.faults.certificates import Authority
from tests.faults.client import HAM, Client
from tests.faults.house import SHORT, house
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


GREETING = Say(b"220 relay\r\n")
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
    Row("F104 hangs up while the client is slow", {"RCPT": [Close(b"250 2.1.5 Ok\r\n")]}, {}, 1),
    Row("F104 says so first", {"RCPT": [Close(b"250 2.1.5 Ok\r\n421 4.4.2 idle\r\n")]}, {}, 1),
    Row(
        "F104 does not take MAIL again",
        {"RCPT": [Close(b"250 ok\r\n")], "MAIL": [Say(b"250 ok\r\n"), Say(b"550 no\r\n")]},
        {"dot": LOCAL},
    ),
    Row("F104 does not take RCPT again", {"RCPT": [Close(b"250 ok\r\n"), Say(b"450 no\r\n")]}, {"dot": LOCAL}),
    Row("F104 is gone", {"greeting": [GREETING, Close()], "RCPT": [Close(b"250 ok\r\n")]}, {"dot": LOCAL}),
    Row("250 before the dot", {"DATA": [Say(b"354 go\r\n250 ok\r\n")]}, {"dot": LOCAL}),
)
# fmt: on


def behind(relay: FakeRelay, **values: Any) -> SmtpRelay:
    address = {"addresses": (f"127.0.0.1:{relay.port}",)}
    return SmtpRelay(RelaySettings(**{"patience": SHORT, **address, **values}), "proxy.test")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("certificates"))


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
        await play(row, relay, client)


async def play(row: Row, relay: FakeRelay, client: Client) -> None:
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


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_relay_fault(row: Row) -> None:
    asyncio.run(run(row))


@pytest.mark.slow
@pytest.mark.parametrize("row", [row for row in ROWS if row.name >= "F08"], ids=lambda row: row.name)
def test_relay_fault_under_tls(row: Row, authority: Authority) -> None:
    async def scenario() -> None:
        async with FakeRelay(row.script, tls=authority.server("relay.test"), implicit=True) as relay:
            front = behind(relay, tls="implicit", ca_file=str(authority.certificate), name="relay.test")
            async with house(front) as proxy, await proxy.client() as client:
                await play(row, relay, client)

    asyncio.run(scenario())


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


F103: dict[str, dict[str, list[Step]]] = {
    "not offered": {"EHLO": [Say(b"250 relay\r\n")]},
    "refused": {"STARTTLS": [Say(b"454 4.7.0 not now\r\n")]},
    "answered oddly": {"STARTTLS": [Say(b"250 ok\r\n")]},
    "closes": {"STARTTLS": [Close()]},
    "closes in the handshake": {"handshake": [Close()]},
    "no TLS in the handshake": {"handshake": [Close(b"250 relay\r\n")]},
    "hangs in the handshake": {"handshake": [Hang()]},
    "clear text after 220": {"STARTTLS": [Say(b"220 go\r\n250 relay\r\n")]},
    "bad certificate": {},
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", F103)
def test_f103_tls_that_fails_where_it_must_not(fault: str, authority: Authority) -> None:
    """And as soon as it works, mail flows."""

    async def scenario() -> None:
        good, bad = authority.server("relay.test"), authority.unknown("relay.test")
        async with FakeRelay(F103[fault], (b"STARTTLS",), tls=bad if fault == "bad certificate" else good) as relay:
            front = behind(relay, tls="require", ca_file=str(authority.certificate), name="relay.test")
            async with house(front) as proxy, await proxy.client() as client:
                await client.hello()
                assert (await client.say(b"MAIL FROM:<s@x.test>")).startswith(LOCAL)
                assert not any(command.startswith(b"MAIL") for command in relay.commands)
                relay.tls = good
                await still_works(client, relay)

    asyncio.run(scenario())


@pytest.mark.parametrize("code", [b"450 4.2.1 later\r\n", b"550 5.1.1 nobody\r\n"])
def test_f105_speed_adjust_and_a_refused_recipient(code: bytes) -> None:
    """Postfix has said 250 for both to its client: one of two must not be lost."""

    async def scenario() -> None:
        async with FakeRelay({"RCPT": [Say(b"250 ok\r\n"), Say(code)]}) as relay:
            courier = Courier(behind(relay), all_or_nothing=True)
            assert (await courier.mail(b"MAIL FROM:<s@x.test>", b"s@x.test", Peer())).code == 250
            await courier.rcpt(b"RCPT TO:<good@y.test>", b"good@y.test")
            await courier.rcpt(b"RCPT TO:<bad@y.test>", b"bad@y.test")
            refusal = await courier.send([HAM])
            assert refusal is not None
            assert bytes(refusal) == code
            courier.close()
            assert relay.copies == []
            assert b"DATA" not in relay.commands

    asyncio.run(scenario())


def test_f105_negative_control_without_it_the_recipient_is_lost() -> None:
    """A front server that goes on after a refused RCPT, because its own client has heard 250 for it long ago."""

    async def scenario(all_or_nothing: bool) -> tuple[bytes, int]:
        script: dict[str, list[Step]] = {"RCPT": [Say(b"250 ok\r\n"), Say(b"550 no\r\n")]}
        listener = Listener(all_or_nothing=all_or_nothing)
        async with (
            FakeRelay(script) as relay,
            house(relay.port, listener=listener) as proxy,
            await proxy.client() as client,
        ):
            await client.hello()
            await client.envelope(b"good@y.test", b"bad@y.test")
            return (await client.data())[:3], len(relay.copies)

    assert asyncio.run(scenario(all_or_nothing=False)) == (b"250", 1)
    assert asyncio.run(scenario(all_or_nothing=True)) == (b"550", 0)


def test_second_relay_takes_over_when_the_first_one_is_gone() -> None:
    async def scenario() -> None:
        async with FakeRelay() as first, FakeRelay() as second:
            front = behind(first, addresses=tuple(f"127.0.0.1:{relay.port}" for relay in (first, second)))
            async with house(front) as proxy, await proxy.client() as client:
                await client.hello()
                await client.envelope()
                assert (await client.data()).startswith(b"250")
                await first.die()
                await client.envelope()
                assert (await client.data()).startswith(b"250")
            assert (len(first.copies), len(second.copies)) == (1, 1)
            assert [bool(state.fault) for state in front.states()] == [True, False]

    asyncio.run(scenario())


def test_refusal_after_mail_is_not_asked_of_another_relay() -> None:
    async def scenario() -> None:
        script: dict[str, list[Step]] = {"MAIL": [Say(b"550 5.7.1 no\r\n"), Close()]}
        async with FakeRelay(script) as first, FakeRelay() as second:
            front = behind(first, addresses=tuple(f"127.0.0.1:{relay.port}" for relay in (first, second)))
            async with house(front) as proxy:
                for expected in (b"550 5.7.1 no\r\n", LOCAL):
                    async with await proxy.client() as client:
                        await client.hello()
                        assert (await client.say(b"MAIL FROM:<s@x.test>")).startswith(expected)
            assert second.connections == 0

    asyncio.run(scenario())


def test_lmtp_relay_behind_an_smtp_client_gets_a_message_for_each_recipient(tmp_path: Path) -> None:
    async def scenario() -> None:
        script: dict[str, list[Step]] = {"dot": [Say(b"250 one\r\n"), Say(b"452 4.2.2 full\r\n")]}
        async with FakeRelay(script, lmtp=True, path=tmp_path / "lmtp") as relay:
            front = behind(relay, addresses=(f"unix:{tmp_path}/lmtp",), protocol="lmtp")
            async with house(front) as proxy, await proxy.client() as client:
                await client.hello()
                replies = await client.envelope(b"one@y.test", b"two@y.test")
                assert [reply[:9] for reply in replies] == [b"250 2.1.0", b"250 2.1.5", b"452 4.5.3"]
                assert await client.data() == b"250 one\r\n"
                await client.envelope(b"two@y.test")
                assert await client.data() == b"452 4.2.2 full\r\n"
            assert [copy.rcpts for copy in relay.copies] == [[b"RCPT TO:<one@y.test>"]]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("forward", "offer", "says"),
    [
        ("xforward", b"XFORWARD ADDR HELO", [b"XFORWARD ADDR=127.0.0.1 HELO=client.test", b"MAIL FROM:<s@x.test>"]),
        ("xclient", b"XCLIENT ADDR", [b"XCLIENT ADDR=127.0.0.1", b"EHLO client.test", b"MAIL FROM:<s@x.test>"]),
    ],
)
def test_relay_hears_who_the_client_is(forward: str, offer: bytes, says: list[bytes]) -> None:
    async def scenario() -> None:
        async with FakeRelay(None, (offer,)) as relay:
            async with house(behind(relay, forward=forward)) as proxy, await proxy.client() as client:
                await client.hello()
                await client.envelope()
                assert (await client.data()).startswith(b"250")
            assert relay.commands[1 : 1 + len(says)] == says

    asyncio.run(scenario())
