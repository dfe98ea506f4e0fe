"""What is not in every session: LMTP, a client that logs in, RSET, and telling the relay who the client is."""

import asyncio
from dataclasses import replace

import pytest

from filter.reply import Reply
from filter.smtp.hop import SmtpHop
from filter.smtp.peer import Peer
from filter.smtp.relay import RelayError
from filter.smtp.relay_settings import RelaySettings
from filter.smtp.wire import Wire
from tests.unit.smtp.memory import MemoryTransport
from tests.unit.smtp.talk import GO, LMTP, SMTP, TAKEN, meet, play, written

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


def test_all_replies_of_lmtp_together_have_the_time_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[float] = []
    hear = Wire.hear

    async def timed(wire: Wire, seconds: float) -> Reply:
        times.append(seconds)
        await asyncio.sleep(0.02)
        return await hear(wire, seconds)

    async def scenario(hop: SmtpHop, _: MemoryTransport) -> None:
        await deliver(hop, b"one", b"two")
        monkeypatch.setattr(Wire, "hear", timed)
        assert len(await hop.commit()) == 2
        assert times[0] <= 5
        assert times[1] <= times[0] - 0.015

    play(scenario, *[TAKEN] * 3, GO, ONE + TWO, settings=LMTP)


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


def test_without_xclient_nobody_passes_for_this_machine() -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        with pytest.raises(RelayError, match="XCLIENT is not offered to us"):
            await hop.introduce(CLIENT)
        assert written(transport) == []

    play(scenario, settings=PASS, hello=TAKEN)


def test_refused_xclient_is_a_fault() -> None:
    async def scenario(hop: SmtpHop, _: MemoryTransport) -> None:
        with pytest.raises(RelayError, match="expected 220, heard b'550 not you"):
            await hop.introduce(CLIENT)

    play(scenario, b"550 not you\r\n", settings=PASS, hello=OFFER)


@pytest.mark.parametrize(("settings", "offer"), [(SMTP, OFFER), (FORWARD, TAKEN)])
def test_nothing_is_told_that_is_not_configured_or_not_offered(settings: RelaySettings, offer: bytes) -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.introduce(CLIENT)
        await hop.mail(b"MAIL FROM:<>")
        assert written(transport) == [b"MAIL FROM:<>"]

    play(scenario, TAKEN, settings=settings, hello=offer)
