"""Our SMTP and LMTP client: octets as they are, the dot held back, and only clear answers believed."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from filter.reply import Reply
from filter.smtp.hop import CHUNK, SmtpHop
from filter.smtp.limits import Patience
from filter.smtp.relay import RelayError
from filter.smtp.relay_settings import RelaySettings
from tests.unit.smtp.memory import MemoryTransport
from tests.unit.smtp.talk import GO, TAKEN, commit, meet, play

STEPS: dict[str, Callable[[SmtpHop], Awaitable[Reply]]] = {
    "MAIL": lambda hop: hop.mail(b"MAIL FROM:<s@x.test>"),
    "RCPT": lambda hop: hop.rcpt(b"RCPT TO:<r@y.test>"),
    "DATA": lambda hop: hop.data(),
    "dot": commit,
}
GOOD = {"MAIL": {250}, "RCPT": {250, 251}, "DATA": {354}, "dot": {250}}
REFUSALS = {400, 450, 451, 452, 500, 550, 554, 555}


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
            with pytest.raises(RelayError, match=rf"^unexpected reply {code}$"):
                await STEPS[step](hop)

    play(scenario, b"%d text\r\n" % code)


QUOTES = {
    b"250 2.0.0 so you say Dear Ann\r\n": "unexpected reply 250 2.0.0",
    b"221 Dear Ann\r\n": "unexpected reply 221",
    b"Dear Ann\r\n": "not a reply",
    b"250-Dear Ann\r\n251 x\r\n": "reply codes 250 and 251 mixed",
}


@pytest.mark.parametrize("said", QUOTES)
def test_a_relay_that_repeats_the_mail_is_not_quoted(said: bytes) -> None:
    async def scenario(hop: SmtpHop, _: MemoryTransport) -> None:
        await hop.mail(b"MAIL FROM:<>")
        with pytest.raises(RelayError) as caught:
            await hop.data()
        assert str(caught.value) == QUOTES[said]

    play(scenario, b"250 ok\r\n", said)


def test_a_relay_that_takes_the_mail_for_commands_is_not_quoted() -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        await hop.mail(b"MAIL FROM:<>")
        await hop.data()
        transport.protocol.data_received(b"500 5.5.2 what is Dear Ann\r\n")
        with pytest.raises(RelayError, match=r"^the relay spoke out of turn: 500 5\.5\.2$"):
            await hop.commit()

    play(scenario, b"250 ok\r\n", b"354 go\r\n")


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
