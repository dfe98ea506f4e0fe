"""A connection's clock, errors and end, without sockets: what the client does in between cannot hide a fault."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from filter.door.answers import FAULT
from filter.door.guests import Guests
from filter.reply import Reply
from filter.smtp import answers, session
from filter.smtp.limits import Limits
from filter.smtp.proxy import Proxy
from filter.smtp.server import Server
from filter.terms import PolicyBook
from tests.judge import FakeJudge
from tests.unit.smtp.memory import NO, OK, MemoryHop, MemoryRelay, MemoryTransport

HELLO = b"HELO client.test\r\n"
MAIL = b"MAIL FROM:<s@x.test>\r\n"


def feed(session: Server, octets: bytes) -> None:
    """Let a session read `octets` as from a socket."""
    session.get_buffer(-1)[: len(octets)] = octets
    session.buffer_updated(len(octets))


class Visitor:
    """A server session whose client is the test."""

    def __init__(self, guests: Guests, limits: Limits) -> None:
        self.hop = MemoryHop(*[OK] * 9)
        self.relay = MemoryRelay(self.hop)
        loop = asyncio.get_running_loop()
        self.session = Server(
            Proxy(
                relay=self.relay,
                judge=FakeJudge(),
                book=PolicyBook(),
                limits=limits,
                hostname="proxy.test",
                version="1.0",
            ),
            guests,
            loop,
        )
        self.transport = MemoryTransport(self.session)
        self.session.connection_made(self.transport)

    @property
    def heard(self) -> list[bytes]:
        """The replies without their texts."""
        return [reply[:9].rstrip() for reply in self.transport.written]

    async def say(self, octets: bytes) -> list[bytes]:
        """Send lines; returns the replies to them, when the session has no more to say."""
        before = len(self.transport.written)
        if octets:
            feed(self.session, octets)
        for _ in range(50):  # nothing here waits for more than the event loop
            await asyncio.sleep(0)
        return self.heard[before:]

    async def ended(self) -> None:
        """Wait until no command is heard any more."""
        assert self.session.task is not None
        async with asyncio.timeout(5):
            await asyncio.wait([self.session.task])


def play(scenario: Callable[[Visitor], Awaitable[None]], limits: Limits | None = None) -> None:
    """Run `scenario` with a session that has greeted."""

    async def run() -> None:
        guests = Guests(limits or Limits())
        visitor = Visitor(guests, limits or Limits())
        assert await visitor.say(b"") == [b"220 proxy"]
        await scenario(visitor)
        visitor.session.connection_lost(None)
        assert len(guests) == 0
        await visitor.ended()

    asyncio.run(run())


def test_commands_are_answered_in_order() -> None:
    async def scenario(visitor: Visitor) -> None:
        assert await visitor.say(HELLO + MAIL + b"NOOP\r\n") == [b"250 proxy", b"250 Ok", b"250 2.0.0"]

    play(scenario)


@pytest.mark.parametrize("reply", [answers.TIMEOUT, answers.SHUTTING_DOWN, answers.BYE], ids=lambda reply: reply.code)
def test_hang_up_says_so_once_and_hears_nothing_more(reply: Reply) -> None:
    async def scenario(visitor: Visitor) -> None:
        await visitor.say(HELLO)
        visitor.session.hang_up(reply)
        visitor.session.hang_up(reply)
        assert visitor.transport.written[2:] == [bytes(reply)]
        assert visitor.transport.end == ["close"]
        await visitor.ended()
        assert await visitor.say(MAIL) == []  # a client that has not taken our last word may still send
        assert visitor.relay.opened == 0

    play(scenario)


def test_commands_sent_ahead_of_the_end_are_not_heard() -> None:
    async def scenario(visitor: Visitor) -> None:
        assert await visitor.say(HELLO + b"QUIT\r\nNOOP\r\n" + MAIL) == [b"250 proxy", b"221 2.0.0"]
        await visitor.ended()
        assert visitor.relay.opened == 0

    play(scenario)


def test_mail_sent_ahead_right_behind_quit_opens_no_relay() -> None:
    async def scenario(visitor: Visitor) -> None:
        assert await visitor.say(HELLO + b"QUIT\r\n" + MAIL) == [b"250 proxy", b"221 2.0.0"]
        await visitor.ended()
        assert visitor.relay.opened == 0

    play(scenario)


def test_client_that_does_not_take_our_last_words_is_thrown_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "LAST_WORDS", 0.01)

    async def scenario(visitor: Visitor) -> None:
        visitor.session.hang_up(answers.BYE)
        async with asyncio.timeout(5):
            await visitor.transport.aborted.wait()

    play(scenario)


def test_silent_client_is_told_goodbye() -> None:
    async def scenario(visitor: Visitor) -> None:
        await visitor.ended()
        assert visitor.heard == [b"220 proxy", b"421 4.4.2"]

    play(scenario, Limits(idle=0.02))


def test_client_does_not_pay_for_the_time_that_we_take() -> None:
    async def scenario(visitor: Visitor) -> None:
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.1, answer.set_result, OK)
        assert await visitor.session.working(answer) == OK
        assert visitor.heard == [b"220 proxy"]
        await visitor.ended()
        assert visitor.heard == [b"220 proxy", b"421 4.4.2"]

    play(scenario, Limits(idle=0.03))


def test_client_has_all_its_time_again_after_our_work() -> None:
    async def scenario(visitor: Visitor) -> None:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Reply] = loop.create_future()
        loop.call_later(0.02, answer.set_result, OK)
        before = loop.time()
        await visitor.session.working(answer)
        assert visitor.session._deadline >= before + 60 + 0.02

    play(scenario, Limits(idle=60))


def test_errors_of_all_kinds_are_counted_and_others_not() -> None:
    async def scenario(visitor: Visitor) -> None:
        assert await visitor.say(b"FROB\r\n\r\n" + MAIL) == [b"500 5.5.2", b"500 5.5.2", b"503 5.5.1"]
        assert await visitor.say(b"NOOP\r\n" * 5) == [b"250 2.0.0"] * 5
        assert await visitor.say(b"FROB\r\n") == [b"421 4.7.0"]
        await visitor.ended()

    play(scenario, Limits(errors=3))


def test_refusals_of_the_relay_are_no_errors_of_the_client() -> None:
    async def scenario(visitor: Visitor) -> None:
        visitor.hop.words = [Reply.of(550, "", "No")] * 3
        assert await visitor.say(HELLO + MAIL * 3) == [b"250 proxy"] + [b"550 No"] * 3

    play(scenario, Limits(errors=1))


def test_session_between_two_messages_leaves_when_asked() -> None:
    async def scenario(visitor: Visitor) -> None:
        visitor.session.ask_to_leave()
        await visitor.ended()
        assert visitor.heard == [b"220 proxy", b"421 4.3.2"]

    play(scenario)


def test_session_that_waits_for_the_relay_does_not_leave_before_its_word() -> None:
    async def scenario(visitor: Visitor) -> None:
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        work = asyncio.create_task(visitor.session.working(answer))
        await asyncio.sleep(0)
        visitor.session.ask_to_leave()
        assert visitor.heard == [b"220 proxy"]
        answer.set_result(OK)
        assert await work == OK

    play(scenario)


def test_session_asked_to_leave_while_the_relay_refuses_its_mail_leaves_then() -> None:
    async def scenario(visitor: Visitor) -> None:
        visitor.hop.words[0] = NO
        await visitor.say(HELLO)
        feed(visitor.session, MAIL)
        visitor.session._leaving = True  # as `ask_to_leave` does while the relay is answering
        assert await visitor.say(b"") == [b"550 No", b"421 4.3.2"]

    play(scenario)


def test_session_in_a_transaction_leaves_after_it() -> None:
    async def scenario(visitor: Visitor) -> None:
        await visitor.say(HELLO + MAIL)
        visitor.session.ask_to_leave()
        assert await visitor.say(b"NOOP\r\n") == [b"250 2.0.0"]
        assert await visitor.say(b"RSET\r\n") == [b"250 2.0.0", b"421 4.3.2"]

    play(scenario)


def test_guest_that_finds_no_seat_is_not_greeted() -> None:
    async def scenario(visitor: Visitor) -> None:
        other = Visitor(visitor.session.guests, Limits())
        assert await other.say(HELLO) == [b"421 4.3.2"]
        other.session.connection_lost(None)
        assert len(visitor.session.guests) == 1

    play(scenario, Limits(connections=1))


def test_lost_client_lets_go_of_the_relay() -> None:
    async def scenario(visitor: Visitor) -> None:
        await visitor.say(HELLO + MAIL)
        visitor.session.connection_lost(None)
        await visitor.ended()
        assert visitor.hop.closed
        visitor.session.guests.enter(visitor.session)  # `play` loses it again

    play(scenario)


def test_fault_of_ours_ends_the_transaction_and_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(visitor: Visitor) -> None:
        await visitor.say(HELLO + MAIL)
        visitor.hop.words = [ValueError("secret\r\n250 fooled")]  # type: ignore[list-item]
        await visitor.say(b"RCPT TO:<r@y.test>\r\n")
        assert visitor.transport.written[-1] == bytes(FAULT)
        assert visitor.hop.closed
        assert await visitor.say(b"RCPT TO:<r@y.test>\r\n") == [b"503 5.5.1"]

    play(scenario)
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == [
        "fault in a session at a listener"
    ]
