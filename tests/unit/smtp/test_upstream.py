"""Our SMTP client: octets as they are, the dot held back, and only clear answers believed."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

from filter.reply import Reply
from filter.smtp.limits import Patience
from filter.smtp.relay import RelayError
from filter.smtp.upstream import CHUNK, SmtpHop, SmtpRelay
from filter.smtp.wire import Wire
from tests.faults.relay import FakeRelay, Hang, Step
from tests.unit.smtp.memory import MemoryTransport

QUICK = Patience(connect=0.1, command=5, write=5, final=5)
GO = b"354 go\r\n"
TAKEN = b"250 ok\r\n"

STEPS: dict[str, Callable[[SmtpHop], Awaitable[Reply]]] = {
    "MAIL": lambda hop: hop.mail(b"MAIL FROM:<s@x.test>"),
    "RCPT": lambda hop: hop.rcpt(b"RCPT TO:<r@y.test>"),
    "DATA": lambda hop: hop.data(),
    "dot": lambda hop: hop.commit(),
}
GOOD = {"MAIL": {250}, "RCPT": {250, 251}, "DATA": {354}, "dot": {250}}
REFUSALS = {400, 450, 451, 452, 500, 550, 554, 555}


def play(scenario: Callable[[SmtpHop, MemoryTransport], Awaitable[None]], *replies: bytes) -> None:
    """Run `scenario` in a session that has been greeted; the n-th write hears the n-th of `replies`."""

    async def run() -> None:
        wire = Wire()
        transport = MemoryTransport(wire, replies)
        wire.connection_made(transport)
        wire.data_received(b"220 relay\r\n")
        await wire.greeting(1)
        await scenario(SmtpHop(wire, QUICK), transport)

    asyncio.run(run())


def test_session_begins_with_ehlo_and_ends_with_quit() -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay:
            hop = await SmtpRelay("127.0.0.1", relay.port, "proxy.test").open()
            await hop.mail(b'MAIL FROM:<"a b"@x.test> RET=hdrs')
            assert relay.commands == [b"EHLO proxy.test", b'MAIL FROM:<"a b"@x.test> RET=hdrs']
            hop.close()

    asyncio.run(scenario())


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
        assert (await hop.commit()).code == 250
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


@pytest.mark.parametrize(
    ("greeting", "text"),
    [(b"554 no\r\n", "expected 220, heard b'554 no"), (b"SSH-2.0-x\r\n", "not a reply"), (b"", "no reply in time")],
)
def test_relay_that_does_not_greet_is_left_without_a_word(greeting: bytes, text: str) -> None:
    async def scenario() -> None:
        heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(greeting)
            try:
                heard.set_result(await reader.read())
            except ConnectionResetError:
                heard.set_result(b"")
            writer.close()

        async with await asyncio.start_server(relay, "127.0.0.1", 0) as server, asyncio.timeout(10):
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(RelayError, match=text):
                await SmtpRelay("127.0.0.1", port, "proxy.test", QUICK).open()
            assert await heard == b""

    asyncio.run(scenario())


@pytest.mark.parametrize("reply", [b"500 what\r\n", b"421 busy\r\n", b"550 you not\r\n"])
def test_refused_ehlo_is_a_fault(reply: bytes) -> None:
    async def scenario(hop: SmtpHop, transport: MemoryTransport) -> None:
        with pytest.raises(RelayError, match="expected 250, heard"):
            await hop.greet("proxy.test")
        assert transport.written == [b"EHLO proxy.test\r\n"]

    play(scenario, reply)


def test_nobody_listens() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, but not listening
        relay = SmtpRelay("127.0.0.1", held.getsockname()[1], "proxy.test")
        with pytest.raises(RelayError, match=r"^cannot connect: Connection refused$"):
            asyncio.run(relay.open())


async def whole_message(hop: SmtpHop) -> None:
    await hop.mail(b"MAIL FROM:<s@x.test>")
    await hop.rcpt(b"RCPT TO:<r@y.test>")
    await committed(hop)


@pytest.mark.parametrize(("stage", "wait"), [("MAIL", "command"), ("DATA", "command"), ("dot", "final")])
def test_each_wait_has_its_patience(stage: str, wait: str) -> None:
    script: dict[str, list[Step]] = {stage: [Hang()]}
    patience = Patience(**{"command": 60.0, "final": 60.0, wait: 0.05})

    async def scenario() -> None:
        async with FakeRelay(script) as relay, asyncio.timeout(10):
            hop = await SmtpRelay("127.0.0.1", relay.port, "proxy.test", patience).open()
            with pytest.raises(RelayError, match="no reply in time"):
                await whole_message(hop)
            hop.abort()

    asyncio.run(scenario())


@pytest.mark.parametrize(("host", "text"), [("mail.test", "mail.test:25"), ("::1", "[::1]:25")])
def test_name_in_the_log(host: str, text: str) -> None:
    assert str(SmtpRelay(host, 25, "proxy.test")) == text
