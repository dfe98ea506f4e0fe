"""Faults of ours and limits: F50 to F62."""

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable

import pytest

from filter.door import spool
from filter.smtp.limits import Limits
from filter.smtp.listener import Listener
from tests.disk import nearly_full
from tests.faults.client import HAM, Client
from tests.faults.house import NO_SCAN, House, house
from tests.faults.relay import FakeRelay
from tests.faults.scanners import GTUBE
from tests.judge import FakeJudge

SPAM = b"Subject: buy\r\n\r\n" + GTUBE + b"\r\n"

Scenario = Callable[[FakeRelay, House, Client], Awaitable[None]]


def play(scenario: Scenario, judge: FakeJudge | None = None, limits: Limits | None = None) -> None:
    """Run `scenario` with a good relay, a proxy and a client that has said EHLO."""

    async def run() -> None:
        offered = (b"8BITMIME", b"SMTPUTF8", b"DSN", b"AUTH PLAIN")
        async with (
            FakeRelay(extensions=offered) as relay,
            house(relay.port, judge, limits) as proxy,
            await proxy.client() as client,
        ):
            await client.hello()
            await scenario(relay, proxy, client)

    asyncio.run(run())


def test_f50_f76_spam_is_refused_before_data_and_the_next_ham_passes(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        await client.envelope()
        refusal = await client.data(SPAM)
        assert refusal.startswith(b"550 5.7.1 Message refused as spam [ref ")
        assert len(refusal) <= 512  # RFC 5321 section 4.5.3.1.5
        assert b"DATA" not in relay.commands
        await client.envelope()
        assert (await client.data()).startswith(b"250")
        assert len(relay.copies) == 1
        reference = refusal[38:46].decode()
        assert [reference in line for line in caplog.messages if line.startswith("ref=")] == [True, False]

    with caplog.at_level(logging.INFO):
        play(scenario)


def test_tagged_message_carries_our_headers_and_no_forged_ones() -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        await client.envelope()
        assert (await client.data(b"x-spam-flag : YES\r\n and more\r\n" + HAM)).startswith(b"250")
        ours, rest = relay.copies[0].content.split(b"Subject:", 1)
        assert ours.splitlines() == [
            b"X-Spam-Flag: NO",
            b"X-Spam-Status: No, score=-7.50 required=5.0 tests=HAM autolearn=no version=1.0",
            b"X-Spam-Score: -7.50",
            b"X-Spam-Level: ",
            b"X-Hamgate-Report: HAM(-7.50)",
        ]
        assert b"Subject:" + rest == HAM

    play(scenario)


def test_f51_message_over_the_limit_is_drained_and_refused() -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        await client.envelope()
        assert (await client.data(HAM + b"x" * 2000 + b"\r\n")).startswith(b"552 5.3.4 ")
        await client.envelope()
        assert (await client.data()).startswith(b"250")
        assert len(relay.copies) == 1

    play(scenario, limits=Limits(message=1000))


def test_f52_declared_size_over_the_limit_is_refused_at_mail() -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        assert (await client.say(b"MAIL FROM:<s@x.test> SIZE=1001")).startswith(b"552 5.3.4 ")
        assert relay.commands == []

    play(scenario, limits=Limits(message=1000))


def test_header_over_the_limit_is_refused() -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        await client.envelope()
        assert (await client.data(b"A: b\r\n" * 500 + b"\r\nhi\r\n")).startswith(b"552 5.3.4 ")
        assert relay.copies == []

    play(scenario, limits=Limits(header=1000))


def test_f53_f54_no_verdict_is_a_local_fault() -> None:
    async def scenario(relay: FakeRelay, proxy: House, client: Client) -> None:
        await client.envelope()
        assert (await client.data()).startswith(b"451 4.3.0 ")
        proxy.judge.fault = None
        await client.envelope()
        assert (await client.data()).startswith(b"250")
        assert len(relay.copies) == 1

    play(scenario, FakeJudge(fault=NO_SCAN))


def test_unexpected_exception_is_a_local_fault_without_its_text() -> None:
    async def scenario(relay: FakeRelay, proxy: House, client: Client) -> None:
        await client.envelope()
        assert (await client.data()) == b"451 4.3.0 Local problem, try again later\r\n"
        proxy.judge.fault = None
        await client.envelope()
        assert (await client.data()).startswith(b"250")
        assert len(relay.copies) == 1

    play(scenario, FakeJudge(fault=RuntimeError("secret\r\n250 fooled")))


def test_f55_full_disk_drains_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk(io.FileIO):
        def __init__(self) -> None:
            super().__init__("/dev/full", "r+b")

    monkeypatch.setattr(spool, "new_file", FullDisk)

    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        await client.envelope()
        assert (await client.data(HAM + b"x" * 100 * 3000 + b"\r\n")).startswith(b"452 4.3.1 ")
        await client.envelope()
        assert (await client.data()).startswith(b"250")
        assert len(relay.copies) == 1

    play(scenario)


def test_f55_full_disk_is_told_for_each_recipient_of_lmtp(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that hears one reply too few takes that to the next message for the missing one."""
    message = HAM + b"x\r\n" * 100_001
    monkeypatch.setattr(spool, "new_file", lambda: nearly_full(len(message) - 100))

    async def scenario() -> None:
        listener = Listener(protocol="lmtp")
        async with FakeRelay() as relay, house(relay.port, listener=listener) as proxy, await proxy.client() as client:
            await client.reply()
            await client.say(b"LHLO client.test")
            await client.envelope(b"a@y.test", b"b@y.test")
            replies = [await client.data(message), await client.reply()]
            assert [reply[:10] for reply in replies] == [b"452 4.3.1 "] * 2
            await client.envelope()
            assert (await client.data()).startswith(b"250")
            assert len(relay.copies) == 1

    asyncio.run(scenario())


def test_f56_parameters_pass_byte_for_byte() -> None:
    mail = b"mail from:<> RET=hdrs ENVID=QQ+2Bab SIZE=20 BODY=8BITMIME SMTPUTF8 AUTH=<>"
    rcpt = b"RCPT TO:<r@y.test> NOTIFY=SUCCESS,failure ORCPT=rfc822;Bob+40y.test"

    async def scenario(relay: FakeRelay, proxy: House, client: Client) -> None:
        assert (await client.say(mail)).startswith(b"250")
        assert (await client.say(rcpt)).startswith(b"250")
        assert (await client.data()).startswith(b"250")
        assert relay.copies[0].mail == b"MAIL" + mail[4:]
        assert relay.copies[0].rcpts == [rcpt]
        assert (proxy.judge.envelopes[0].sender, proxy.judge.envelopes[0].recipients) == (b"", (b"r@y.test",))

    play(scenario)


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"MAIL FROM:<a@x.test> SIZES=1", b"555 5.5.4"),
        (b"MAIL FROM:<a@x.test> NOTIFY=NEVER", b"555 5.5.4"),
        (b"MAIL FROM:<a@x.test> AUTH=a+3db", b"501 5.5.4"),
        (b"MAIL FROM:<a@x.test> BODY=BINARYMIME", b"501 5.5.4"),
        (b"MAIL FROM:<a@x.test> SMTPUTF8=1", b"501 5.5.4"),
        (b"MAIL FROM:<a@x.test> SIZE=-1", b"501 5.5.4"),
        (b"MAIL FROM:<a@x.test> ENVID=a+", b"501 5.5.4"),
    ],
)
def test_f57_parameter_that_we_do_not_offer_is_refused(line: bytes, reply: bytes) -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        assert (await client.say(line)).startswith(reply)
        assert relay.commands == []

    play(scenario)


def test_f58_one_long_line_passes_unchanged() -> None:
    message = HAM + b"y" * 900_000 + b"\r\n"

    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        await client.envelope()
        assert (await client.data(message)).startswith(b"250")
        assert relay.copies[0].content.endswith(message)

    play(scenario)


def test_f59_encoded_word_in_an_address_is_not_decoded() -> None:
    line = b"RCPT TO:<=?utf-8?b?YQ0KUkNQVCBUTzo8dmljdGltQG91dHNpZGUudGVzdD4=?=@local.test>"

    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        await client.say(b"MAIL FROM:<s@x.test>")
        assert (await client.say(line)).startswith(b"250")
        assert (await client.data()).startswith(b"250")
        assert relay.copies[0].rcpts == [line]
        assert [word for word in relay.commands if word.startswith(b"RCPT")] == [line]

    play(scenario)


@pytest.mark.parametrize(
    "path",
    [b"<a b@y.test>", b"<a@y.test", b"<a@y.test>>", b"a@y.test", b"<a\r@y.test>", b"<a\0@y.test>", b" <a@y.test>",
     b"<a@y.test> X=\x01", b"<>", b"", b"<a@y.test>SIZE=1", b"<\x85@y.test>", b'<a"@y.test>'],
)  # fmt: skip
def test_f60_odd_recipients_are_refused(path: bytes) -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        await client.say(b"MAIL FROM:<s@x.test>")
        assert (await client.say(b"RCPT TO:" + path)).startswith(b"501 5.1.3")
        assert [word for word in relay.commands if word.startswith(b"RCPT")] == []

    play(scenario)


def test_f61_recipients_over_the_limit_are_refused_for_now() -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        replies = await client.envelope(b"a@y.test", b"b@y.test", b"c@y.test")
        assert [reply[:9] for reply in replies[2:]] == [b"250 2.1.5", b"452 4.5.3"]
        assert (await client.data()).startswith(b"250")
        assert len(relay.copies[0].rcpts) == 2

    play(scenario, limits=Limits(recipients=2))


@pytest.mark.parametrize("odd", [b"\n.\r\n", b"\r\n.\n", b"\n.\n", b"\r.\r", b"\r\n.\r\r\n", b"\r\n.\r", b"\r.\n"])
def test_f96_smuggled_end_of_data_is_refused(odd: bytes) -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        await client.envelope()
        evil = b"MAIL FROM:<evil@x.test>\r\nRCPT TO:<victim@y.test>\r\nDATA\r\nmore\r\n"
        assert (await client.data(HAM + b"x" + odd + evil)).startswith(b"550 5.6.0 ")
        assert relay.copies == []

    play(scenario)


def test_bare_lf_becomes_crlf_and_bare_cr_stays() -> None:
    async def scenario(relay: FakeRelay, _: House, client: Client) -> None:
        await client.envelope()
        assert (await client.data(HAM + b"one\ntwo\rthree\0\xff\r\r\n")).startswith(b"250")
        assert relay.copies[0].content.endswith(HAM + b"one\r\ntwo\rthree\0\xff\r\r\n")

    play(scenario)
