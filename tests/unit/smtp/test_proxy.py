"""From the final dot to our reply: judged, tagged, refused, or tried again later; and one line in the log."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import BinaryIO

import pytest

from filter.door.answers import HEADER_TOO_BIG, NO_SPACE, SCAN_FAULT
from filter.door.refusal import refusal
from filter.door.spool import IN_MEMORY, Spool
from filter.envelope import Envelope
from filter.policy import Policy
from filter.pool import ScanError
from filter.reply import Reply
from filter.smtp import answers
from filter.smtp.courier import Courier
from filter.smtp.limits import Limits
from filter.smtp.peer import Peer
from filter.smtp.proxy import Proxy
from filter.smtp.relay import RelayError
from filter.terms import PolicyBook
from filter.verdict import Hit, Verdict
from tests.unit.smtp.memory import GO, GONE, NO, OK, MemoryHop, MemoryRelay

MESSAGE = b"Subject: secret lunch\r\nX-Spam-Flag: maybe\r\n\r\nTwelve at the secret place?\r\n"
ENVELOPE = Envelope(b"s@x.test", (b"r@y.test",), "192.0.2.1", helo=b"client.test")
TAKEN = (OK, OK, GO, OK, OK)


@dataclass
class Judge:
    """Gives `points`, or raises them."""

    points: float | Exception = 0.0
    judged: list[tuple[bytes, int, Envelope]] = field(default_factory=list)

    async def scan(self, message: BinaryIO, size: int, envelope: Envelope, clues: int = 0) -> Verdict:
        message.seek(0)
        self.judged.append((message.read(), size, envelope))
        if isinstance(self.points, Exception):
            raise self.points
        return Verdict((Hit("FACT", self.points, "secret detail"),))


@dataclass
class Case:
    """A proxy with a judge and a relay, and a client who has named sender and recipient."""

    judge: Judge
    hop: MemoryHop
    proxy: Proxy
    courier: Courier

    async def take(self, message: bytes = MESSAGE, misfit: Reply | None = None) -> Reply:
        with Spool(10_000_000) as spool:
            spool.write(message)
            (reply,) = await self.proxy.take(self.courier, ENVELOPE, spool, misfit)
            return reply

    @property
    def sent(self) -> bytes:
        """The message, if the relay has it whole."""
        assert self.hop.heard[2] == b"DATA"
        assert self.hop.heard[4] == b"."
        return self.hop.heard[3]


async def begin(judge: Judge, words: tuple[Reply | RelayError, ...] = TAKEN, policy: Policy | None = None) -> Case:
    hop = MemoryHop(*words)
    relay = MemoryRelay(hop)
    proxy = Proxy(
        relay=relay,
        judge=judge,
        book=PolicyBook(policy or Policy(5.0, 15.0)),
        limits=Limits(header=1000),
        hostname="proxy.test",
        version="1.0",
    )
    case = Case(judge, hop, proxy, Courier(relay))
    assert await case.courier.mail(b"MAIL FROM:<s@x.test>", b"s@x.test", Peer()) == OK
    assert await case.courier.rcpt(b"RCPT TO:<r@y.test>", b"r@y.test") == OK
    return case


def play(scenario: Callable[[], Awaitable[None]], caplog: pytest.LogCaptureFixture) -> str:
    """Run `scenario`; returns the one line about the message."""

    async def run() -> None:
        await scenario()

    with caplog.at_level(logging.INFO):
        asyncio.run(run())
    (line,) = [line for line in caplog.messages if line.startswith("ref=") and "action=" in line]
    assert "secret" not in line
    assert line.isprintable()
    return line


@pytest.mark.parametrize(
    ("points", "policy", "flag", "action"),
    [
        (4.99, Policy(5.0, 15.0), b"NO", "accept"),
        (5.0, Policy(5.0, 15.0), b"YES", "tag"),
        (14.99, Policy(5.0, 15.0), b"YES", "tag"),
        (1000.0, Policy(5.0, None), b"YES", "tag"),
        (-3.0, Policy(-3.0, None), b"YES", "tag"),
    ],
)
def test_message_is_handed_on_with_our_verdict(
    points: float, policy: Policy, flag: bytes, action: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        case = await begin(Judge(points), policy=policy)
        assert await case.take() == OK
        assert case.judge.judged == [(MESSAGE, len(MESSAGE), ENVELOPE)]
        assert case.sent.startswith(b"X-Spam-Flag: %s\r\n" % flag)
        assert b"maybe" not in case.sent
        assert case.sent.endswith(b"\r\nSubject: secret lunch\r\n\r\nTwelve at the secret place?\r\n")

    line = play(scenario, caplog)
    assert f" action={action} score={points:.2f} reply=b'250 Ok' size={len(MESSAGE)} " in line
    assert " from=b's@x.test' to=b'r@y.test' client=192.0.2.1 " in line


@pytest.mark.parametrize("points", [15.0, 1000.0])
def test_spam_is_refused_before_the_relay_hears_data(points: float, caplog: pytest.LogCaptureFixture) -> None:
    replies = []

    async def scenario() -> None:
        case = await begin(Judge(points))
        replies.append(await case.take())
        assert len(case.hop.heard) == 2

    line = play(scenario, caplog)
    reference = line[4:12]
    assert replies == [refusal(Verdict((Hit("FACT", points),)), Policy(5.0, 15.0), reference)]
    assert f"ref={reference} action=reject score={points:.2f} reply=b'550 5.7.1 " in line


@pytest.mark.parametrize(
    ("fault", "reply", "reason"),
    [
        (ScanError("no free worker"), SCAN_FAULT, "ScanError: no free worker"),
        (OSError(28, "No space left on device"), NO_SPACE, "OSError: [Errno 28] No space left on device"),
    ],
)
def test_message_without_a_verdict_is_asked_for_again(
    fault: Exception, reply: Reply, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        case = await begin(Judge(fault))
        assert await case.take() == reply
        assert len(case.hop.heard) == 2

    line = play(scenario, caplog)
    assert " action=tempfail score=- " in line
    assert f" reason={reason}" in line


def test_fault_of_ours_is_logged_as_what_the_client_hears(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        case = await begin(Judge(RuntimeError("secret")))
        with pytest.raises(RuntimeError):
            await case.take()

    line = play(scenario, caplog)
    assert " action=tempfail score=- reply=b'451 4.3.0 " in line
    assert " reason=fault: RuntimeError " in line


def test_header_without_end_is_refused_unjudged(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        case = await begin(Judge())
        assert await case.take(b"A: secret\r\n" * 100) == HEADER_TOO_BIG
        assert case.judge.judged == []
        assert len(case.hop.heard) == 2

    assert " action=refused score=- reply=b'552 5.3.4 " in play(scenario, caplog)


def test_misfit_is_refused_unjudged(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        case = await begin(Judge())
        assert await case.take(misfit=answers.ODD_LINE_END) == answers.ODD_LINE_END
        assert case.judge.judged == []
        assert len(case.hop.heard) == 2

    assert " reason=not judged" in play(scenario, caplog)


@pytest.mark.parametrize(
    ("words", "reply", "action"),
    [
        ((NO,), NO, "refused"),
        ((GONE,), answers.RELAY_FAULT, "tempfail"),
        ((GO, GONE), answers.RELAY_FAULT, "tempfail"),
        ((GO, OK, NO), NO, "refused"),
        ((GO, OK, Reply.of(451, "", "Later")), Reply.of(451, "", "Later"), "tempfail"),
        ((GO, OK, GONE), answers.RELAY_FAULT, "tempfail"),
    ],
)
def test_relay_has_the_last_word(
    words: tuple[Reply | RelayError, ...], reply: Reply, action: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        case = await begin(Judge(), (OK, OK, *words))
        assert await case.take() == reply
        assert len(case.hop.heard) == 2 + len(words)

    assert f" action={action} score=0.00 reply={bytes(reply).rstrip()[:80]!r} " in play(scenario, caplog)


def test_message_in_a_file_is_handed_on_whole(caplog: pytest.LogCaptureFixture) -> None:
    message = MESSAGE + b"0123456789abcde\n" * (IN_MEMORY // 16)

    async def scenario() -> None:
        case = await begin(Judge())
        assert await case.take(message) == OK
        assert case.judge.judged[0][0] == message
        assert case.sent.endswith(message.partition(b"maybe\r\n")[2])

    play(scenario, caplog)


@pytest.mark.parametrize(
    ("word", "text"), [(OK, "orphan accepted"), (NO, "orphan not accepted"), (GONE, "orphan not accepted")]
)
def test_client_that_goes_away_at_the_dot_leaves_an_orphan(
    word: Reply | RelayError, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        case = await begin(Judge(), (*TAKEN[:-1], word))
        case.hop.answer = asyncio.Event()
        client = asyncio.create_task(case.take())
        await case.hop.committing.wait()
        client.cancel()
        case.courier.close()
        await asyncio.wait([client])
        assert client.cancelled()
        (commit,) = case.proxy.committing
        case.hop.answer.set()
        await commit
        assert case.hop.heard[-1] == b"."
        assert case.proxy.committing == set()

    line = play(scenario, caplog)
    assert " action=dropped score=0.00 reply=none " in line
    (orphan,) = [message for message in caplog.messages if "orphan" in message]
    assert orphan.startswith(f"{line[:12]} {text} by the relay")


def test_client_that_goes_away_before_the_dot_leaves_nothing(caplog: pytest.LogCaptureFixture) -> None:
    thinking = asyncio.Event()

    class Thinking(Judge):
        async def scan(self, message: BinaryIO, size: int, envelope: Envelope, clues: int = 0) -> Verdict:
            thinking.set()
            await asyncio.Event().wait()
            return await super().scan(message, size, envelope)

    async def scenario() -> None:
        case = await begin(Thinking())
        client = asyncio.create_task(case.take())
        await thinking.wait()
        client.cancel()
        await asyncio.wait([client])
        assert len(case.hop.heard) == 2
        assert case.proxy.committing == set()

    assert " action=dropped score=- reply=none " in play(scenario, caplog)
