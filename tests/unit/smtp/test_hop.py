"""Our SMTP and LMTP client: octets as they are, the dot held back, and only clear answers believed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from filter.reply import Reply
from filter.smtp.hop import CHUNK, SmtpHop
from filter.smtp.limits import Patience
from filter.smtp.peer import Peer
from filter.smtp.relay import RelayError
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.wire import Wire
from tests.unit.smtp.memory import MemoryTransport

SMTP = RelaySettings(patience=Patience(connect=5, command=5, write=5, final=5))
LMTP = replace(SMTP, protocol="lmtp")
GO = b"354 go\r\n"
TAKEN = b"250 ok\r\n"


async def commit(hop: SmtpHop) -> Reply:
    (reply,) = await hop.commit()
    return reply


STEPS: dict[str, Callable[[SmtpHop], Awaitable[Reply]]] = {
    "MAIL": lambda hop: hop.mail(b"MAIL FROM:<s@x.test>"),
    "RCPT": lambda hop: hop.rcpt(b"RCPT TO:<r@y.test>"),
    "DATA": lambda hop: hop.data(),
    "dot": commit,
}
GOOD = {"MAIL": {250}, "RCPT": {250, 251}, "DATA": {354}, "dot": {250}}
REFUSALS = {400, 450, 451, 452, 500, 550, 554, 555}


Scenario = Callable[[SmtpHop, MemoryTransport], Awaitable[None]]


def meet(scenario: Scenario, *replies: bytes, settings: RelaySettings = SMTP) -> None:
    """Run `scenario` with a relay that is about to greet; the n-th write hears the n-th of `replies`."""

    async def run() -> None:
        wire = Wire()
        transport = MemoryTransport(wire, replies)
        wire.connection_made(transport)
        wire.data_received(b"220 relay\r\n")
        await scenario(SmtpHop(wire, settings, "proxy.test"), transport)

    asyncio.run(run())


def play(scenario: Scenario, *replies: bytes, settings: RelaySettings = SMTP, hello: bytes = TAKEN) -> None:
    """Run `scenario` after the greeting, which it does not see."""

    async def greeted(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.greet()
        transport.written.clear()
        await scenario(hop, transport)

    meet(greeted, hello, *replies, settings=settings)


def written(transport: MemoryTransport) -> list[bytes]:
    """The lines the relay was sent."""
    return b"".join(transport.written).splitlines()


def test_session_begins_with_ehlo_and_knows_what_is_offered() -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.greet()
        assert transport.written == [b"EHLO proxy.test\r\n"]
        assert (hop.greeting, hop.alive, hop.lmtp) == (b"relay", True, False)
        assert hop.extensions == {b"AUTH": b"PLAIN LOGIN", b"SIZE": b"1000", b"DSN": b""}

    meet(scenario, b"250-relay hello\r\n250-auth PLAIN LOGIN\r\n250-SIZE  1000 \r\n250 DSN\r\n")


@pytest.mark.parametrize("reply", [b"500 what\r\n", b"421 busy\r\n", b"550 you not\r\n"])
def test_refused_ehlo_is_a_fault(reply: bytes) -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        with pytest.raises(RelayError, match="expected 250, heard"):
            await hop.greet()
        assert transport.written == [b"EHLO proxy.test\r\n"]

    meet(scenario, reply)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("code", sorted(REFUSALS | {220, 221, 250, 251, 252, 354, 421}))
def test_answer_is_success_or_refusal_and_all_else_a_fault(step: str, code: int) -> None:
    async def scenario(hop: SmtpHop, _: MemoryTransport) -> None:
        if code in GOOD[step] | REFUSALS:
            assert bytes(await STEPS[step](hop)) == b"%d text\r\n" % code
        else:
            with pytest.raises(RelayError, match=rf"unexpected reply b'{code} text"):
                await STEPS[step](hop)

    play(scenario, b"%d text\r\n" % code)


def test_dot_is_held_back_until_commit() -> None:
    content = [b"Subject: x\r\n\r\n", b".\r\n", b"y" * CHUNK, b"\r\nend\r\n"]

    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.data()
        await hop.body(content)
        before = b"".join(transport.written[1:])
        assert before
        assert b"\r\n.\r\n" not in before
        assert (await commit(hop)).code == 250
        assert b"".join(transport.written[1:]) == b"Subject: x\r\n\r\n..\r\n" + content[2] + b"\r\nend\r\n.\r\n"

    play(scenario, GO, b"", b"", TAKEN)


def test_small_message_is_one_write() -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.data()
        await hop.body([b"Subject: x\r\n", b"\r\n"])
        assert transport.written == [b"DATA\r\n"]
        await hop.commit()
        assert transport.written[1:] == [b"Subject: x\r\n\r\n.\r\n"]

    play(scenario, GO, TAKEN)


def test_second_message_has_nothing_of_the_first() -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        for text in (b"one\r\n", b"two\r\n"):
            await hop.data()
            await hop.body([text])
            await hop.commit()
        assert transport.written[3] == b"two\r\n.\r\n"

    play(scenario, GO, TAKEN, GO, TAKEN)


async def opened(hop: SmtpHop) -> None:
    await hop.data()


async def committed(hop: SmtpHop) -> None:
    await hop.data()
    await hop.body([b"x\r\n"])
    await hop.commit()


async def failed(hop: SmtpHop) -> None:
    with pytest.raises(RelayError):
        await committed(hop)


async def idle(_: SmtpHop) -> None:
    pass


@pytest.mark.parametrize(
    ("before", "replies", "quits"),
    [
        (idle, (), True),
        (opened, (GO,), False),
        (opened, (b"554 no\r\n",), True),
        (committed, (GO, TAKEN), True),
        (committed, (GO, b"550 no\r\n"), True),
        (failed, (GO, b"221 bye\r\n"), False),
    ],
    ids=["idle", "in DATA", "DATA refused", "taken", "refused", "unclear"],
)
def test_close_is_quit_between_messages_and_breaks_off_within_one(
    before: Callable[[SmtpHop], Awaitable[None]], replies: tuple[bytes, ...], quits: bool
) -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await before(hop)
        hop.close()
        assert (b"QUIT\r\n" in transport.written) == quits
        assert transport.end == (["close"] if quits else ["abort"])

    play(scenario, *replies)


@pytest.mark.parametrize(("stage", "wait"), [("MAIL", "command"), ("DATA", "command"), ("dot", "final")])
def test_each_wait_has_its_patience(stage: str, wait: str) -> None:
    patience = Patience(**{"command": 60.0, "final": 60.0, wait: 0.01})

    async def scenario(hop: SmtpHop, _: MemoryTransport) -> None:
        async with asyncio.timeout(10):
            with pytest.raises(RelayError, match="no reply in time"):
                await STEPS[stage](hop)

    play(scenario, settings=RelaySettings(patience=patience))


def test_relay_that_hung_up_is_not_alive() -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.mail(b"MAIL FROM:<>")
        assert hop.alive
        transport.protocol.data_received(b"421 4.4.2 idle too long\r\n")
        assert not hop.alive

    play(scenario, TAKEN)


ONE, TWO = b"250 2.1.5 <one> ok\r\n", b"452 4.2.2 <two> full\r\n"


async def deliver(hop: SmtpHop, *recipients: bytes) -> None:
    """All of a message but its end."""
    await hop.mail(b"MAIL FROM:<s@x.test>")
    for recipient in recipients:
        await hop.rcpt(b"RCPT TO:<%s>" % recipient)
    await hop.data()
    await hop.body([b"x\r\n"])


def test_lmtp_begins_with_lhlo() -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.greet()
        assert transport.written == [b"LHLO proxy.test\r\n"]

    meet(scenario, TAKEN, settings=LMTP)


def test_lmtp_ends_with_a_reply_for_each_recipient_taken() -> None:
    async def scenario(hop: SmtpHop, _: MemoryTransport) -> None:
        await deliver(hop, b"one", b"nobody", b"two")
        assert [bytes(reply) for reply in await hop.commit()] == [ONE, TWO]
        assert hop.lmtp
        await deliver(hop, b"three")
        assert [bytes(reply) for reply in await hop.commit()] == [TAKEN], "the count begins anew"

    again = (TAKEN, TAKEN, GO, TAKEN)
    play(scenario, TAKEN, TAKEN, b"550 no\r\n", TAKEN, GO, ONE + TWO, *again, settings=LMTP)


@pytest.mark.parametrize("end", [b"", b"421 4.3.2 bye\r\n", b"hello\r\n", b"354 more\r\n", b"250 half a li"])
def test_lmtp_relay_that_breaks_off_among_the_replies_has_said_the_first_ones(end: bytes) -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await deliver(hop, b"one", b"two", b"three")
        asyncio.get_running_loop().call_later(0.02, transport.protocol.connection_lost, None)
        with pytest.raises(RelayError) as caught:
            await hop.commit()
        assert [bytes(reply) for reply in caught.value.heard] == [ONE, TWO]

    play(scenario, *[TAKEN] * 4, GO, ONE + TWO + end, settings=LMTP)


def test_lmtp_relay_that_says_too_much_is_not_believed_any_more() -> None:
    async def scenario(hop: SmtpHop, _: MemoryTransport) -> None:
        await deliver(hop, b"one")
        assert len(await hop.commit()) == 1
        with pytest.raises(RelayError, match="out of turn"):
            await hop.mail(b"MAIL FROM:<>")

    play(scenario, TAKEN, TAKEN, GO, ONE + TWO, TAKEN, settings=LMTP)


def test_all_replies_of_lmtp_together_have_the_time_of_one() -> None:
    async def scenario(hop: SmtpHop, _: MemoryTransport) -> None:
        await deliver(hop, b"one", b"two")
        async with asyncio.timeout(10):
            with pytest.raises(RelayError, match="no reply in time") as caught:
                await hop.commit()
        assert len(caught.value.heard) == 1

    patience = Patience(command=60.0, final=0.02)
    play(scenario, *[TAKEN] * 3, GO, ONE, settings=replace(LMTP, patience=patience))


def test_the_client_says_itself_who_it_is() -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        lines = (b"AUTH LOGIN", b"amFuZQ==", b"c2VjcmV0")
        assert [(await hop.auth(line)).code for line in lines] == [334, 334, 235]
        assert written(transport) == list(lines)

    play(scenario, b"334 VXNlcg==\r\n", b"334 UGFzcw==\r\n", b"235 welcome\r\n")


@pytest.mark.parametrize("reply", [b"535 5.7.8 no\r\n", b"454 4.7.0 later\r\n", b"501 cancelled\r\n"])
def test_refused_login_is_the_relay_s_own_word(reply: bytes) -> None:
    async def scenario(hop: SmtpHop, _: MemoryTransport) -> None:
        assert bytes(await hop.auth(b"AUTH PLAIN c2VjcmV0")) == reply

    play(scenario, reply)


@pytest.mark.parametrize("code", [220, 250, 354, 421])
def test_odd_answer_to_a_login_is_a_fault_without_its_words(code: int) -> None:
    async def scenario(hop: SmtpHop, _: MemoryTransport) -> None:
        with pytest.raises(RelayError) as caught:
            await hop.auth(b"AUTH PLAIN c2VjcmV0")
        assert str(caught.value) == f"unexpected reply {code} to AUTH"

    play(scenario, b"%d you said c2VjcmV0\r\n" % code)


def test_rset_keeps_the_session_and_forgets_the_recipients() -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.mail(b"MAIL FROM:<>")
        await hop.rcpt(b"RCPT TO:<lost>")
        assert (await hop.rset()).code == 250
        await deliver(hop, b"one")
        assert len(await hop.commit()) == 1
        assert written(transport)[2] == b"RSET"

    play(scenario, *[TAKEN] * 5, GO, TAKEN, settings=LMTP)


def test_relay_that_refuses_rset_is_out_of_order() -> None:
    async def scenario(hop: SmtpHop, _: MemoryTransport) -> None:
        with pytest.raises(RelayError, match="expected 250"):
            await hop.rset()

    play(scenario, b"500 what\r\n")


CLIENT = Peer("192.0.2.1", 2525, "mail.x.test", b"client.test", login="jane")
FORWARD = replace(SMTP, forward="xforward")
PASS = replace(SMTP, forward="xclient")
OFFER = b"250-relay\r\n250-XFORWARD NAME ADDR\r\n250 XCLIENT ADDR LOGIN\r\n"


def test_xforward_comes_before_each_message() -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.introduce(CLIENT)
        for _ in range(2):
            assert (await hop.mail(b"MAIL FROM:<>")).code == 250
        assert written(transport) == [b"XFORWARD NAME=mail.x.test ADDR=192.0.2.1", b"MAIL FROM:<>"] * 2

    play(scenario, *[TAKEN] * 4, settings=FORWARD, hello=OFFER)


@pytest.mark.parametrize("reply", [b"501 5.5.4 bad\r\n", b"550 5.7.0 not you\r\n", b"421 bye\r\n"])
def test_refused_xforward_is_not_the_message_s_fault(reply: bytes) -> None:
    async def scenario(hop: SmtpHop, _: MemoryTransport) -> None:
        await hop.introduce(CLIENT)
        with pytest.raises(RelayError, match="expected 250"):
            await hop.mail(b"MAIL FROM:<>")

    play(scenario, reply, settings=FORWARD, hello=OFFER)


def test_xclient_comes_once_and_then_the_client_s_own_ehlo() -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.introduce(CLIENT)
        assert hop.extensions == {b"DSN": b""}, "what is offered to the client, not to us"
        await hop.mail(b"MAIL FROM:<>")
        said = [b"XCLIENT ADDR=192.0.2.1 LOGIN=jane", b"EHLO client.test", b"MAIL FROM:<>"]
        assert written(transport) == said

    play(scenario, b"220 again\r\n", b"250-relay\r\n250 DSN\r\n", TAKEN, settings=PASS, hello=OFFER)


@pytest.mark.parametrize("helo", [b"", b"two words", b"caf\xc3\xa9", b"x" * 256])
def test_odd_ehlo_of_the_client_is_not_repeated(helo: bytes) -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.introduce(replace(CLIENT, helo=helo))
        assert written(transport)[1:] == [b"EHLO proxy.test"]

    play(scenario, b"220 again\r\n", TAKEN, settings=PASS, hello=OFFER)


def test_refused_xclient_is_a_fault() -> None:
    async def scenario(hop: SmtpHop, _: MemoryTransport) -> None:
        with pytest.raises(RelayError, match="expected 220, heard b'550 not you"):
            await hop.introduce(CLIENT)

    play(scenario, b"550 not you\r\n", settings=PASS, hello=OFFER)


@pytest.mark.parametrize(("settings", "offer"), [(SMTP, OFFER), (FORWARD, TAKEN), (PASS, TAKEN)])
def test_nothing_is_told_that_is_not_configured_or_not_offered(settings: RelaySettings, offer: bytes) -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.introduce(CLIENT)
        await hop.mail(b"MAIL FROM:<>")
        assert written(transport) == [b"MAIL FROM:<>"]

    play(scenario, TAKEN, settings=settings, hello=offer)
