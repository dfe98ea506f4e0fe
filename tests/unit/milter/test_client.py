"""Asking a filter as a mail server does: ours, and some that do not know what they do."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from filter.door.endpoint import Endpoint
from filter.door.guests import Guests
from filter.door.limits import DoorLimits
from filter.door.scanned import DoorError, Scanned
from filter.envelope import NO_ENVELOPE, Envelope
from filter.milter import client
from filter.milter.client import scan
from filter.milter.frames import frame
from filter.milter.negotiation import ALL_STEPS, offer
from filter.milter.server import Session
from filter.milter.words import indexed
from filter.policy import Policy
from filter.pool import ScanError
from tests.faults.scanners import GTUBE
from tests.judge import FakeJudge
from tests.unit.milter.talk import desk, table

ENVELOPE = Envelope(b"s@x.test", (b"r@y.test", b"b@y.test"), "192.0.2.7", b"client.test", "anna")
HAM = b"Subject: hello\r\n\r\nGood morning.\r\n"
SPAM = HAM + GTUBE + b"\r\n"


@contextlib.asynccontextmanager
async def door(judge: FakeJudge, policy: Policy | None = None, path: str = "") -> AsyncIterator[Endpoint]:
    """Our own milter, on a free port or at a unix socket."""
    loop = asyncio.get_running_loop()
    guests = Guests(DoorLimits())

    def make() -> Session:
        return Session(desk(judge, None, policy), table(), DoorLimits(), guests, loop)

    if path:
        server = await loop.create_unix_server(make, path)
    else:
        server = await loop.create_server(make, "127.0.0.1", 0)
    try:
        yield Endpoint(path=path) if path else Endpoint("127.0.0.1", server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await guests.farewell(5.0)


def asked(message: bytes, policy: Policy | None = None, envelope: Envelope = ENVELOPE, path: str = "") -> Scanned:
    async def run() -> Scanned:
        async with door(FakeJudge(), policy, path) as endpoint:
            return await scan(endpoint, message, envelope)

    return asyncio.run(run())


def test_ham() -> None:
    assert asked(HAM) == Scanned("accept", -7.5, 5.0, (("HAM", -7.5),))


def test_over_a_unix_socket(tmp_path: Path) -> None:
    assert asked(HAM, path=str(tmp_path / "socket")).score == -7.5


@pytest.mark.parametrize(
    ("policy", "action"),
    [(Policy(5.0), "tag"), (Policy(5.0, None, 15.0), "hold"), (Policy(5.0, 15.0, monitor=True), "accept")],
)
def test_spam_that_is_taken_tells_its_score(policy: Policy, action: str) -> None:
    found = asked(SPAM, policy)
    assert (found.action, found.score, found.hits) == (action, 1000.0, (("GTUBE", 1000.0),))


def test_spam_that_is_refused_tells_the_reply() -> None:
    found = asked(SPAM)
    assert (found.action, found.score) == ("reject", None)
    assert found.text.startswith("550 5.7.1 Message refused as spam [ref ")


def test_forged_headers_tell_nothing() -> None:
    forged = b"X-Spam-Status: Yes, score=99.0 required=1.0\r\nX-Spam-Flag: YES\r\n" * 3
    found = asked(forged + HAM)
    assert (found.action, found.score, found.required) == ("accept", -7.5, 5.0)


@pytest.mark.parametrize("envelope", [ENVELOPE, NO_ENVELOPE, Envelope(b"", (b"r@y.test",), "2001:db8::1")])
def test_message_and_envelope_arrive_as_they_are(envelope: Envelope) -> None:
    judge = FakeJudge()
    message = HAM + b"x" * 200_000

    async def run() -> None:
        async with door(judge) as endpoint:
            await scan(endpoint, message, envelope)

    asyncio.run(run())
    assert judge.messages == [message]
    (found,) = judge.envelopes
    for name in ("sender", "recipients", "client_address", "helo", "login"):
        assert getattr(found, name) == getattr(envelope, name)


def test_a_fault_is_a_tempfail() -> None:
    async def run() -> Scanned:
        async with door(FakeJudge(ScanError("no free worker"))) as endpoint:
            return await scan(endpoint, HAM, ENVELOPE)

    found = asyncio.run(run())
    assert found == Scanned("tempfail", text="451 4.3.0 The message cannot be checked now, try again later")


AGREED = offer(6, 0x31, 0)
SILENT = offer(6, 0x31, ALL_STEPS)


@contextlib.asynccontextmanager
async def other(*answers: bytes) -> AsyncIterator[Endpoint]:
    """A filter that says all it has to say at once, and leaves when it is left."""

    done = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(answers))
        with contextlib.suppress(ConnectionError):
            if answers[-1] != b"":
                await reader.read()
        writer.close()
        done.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield Endpoint("127.0.0.1", server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await done.wait()


def answered(*answers: bytes, seconds: float = 60.0) -> Scanned:
    async def run() -> Scanned:
        async with other(*answers) as endpoint:
            return await scan(endpoint, HAM, ENVELOPE, seconds)

    return asyncio.run(run())


def test_filters_that_decide_early() -> None:
    assert answered(AGREED, frame(b"a")).action == "accept"
    assert answered(AGREED, frame(b"c") * 2, frame(b"r")).action == "reject"
    assert answered(AGREED, frame(b"c") * 2, frame(b"t")).action == "tempfail"
    assert answered(AGREED, frame(b"d")).action == "discard"
    reply = frame(b"y", b"450 4.7.1 wait 5 %% longer\0")
    assert answered(AGREED, reply) == Scanned("tempfail", text="450 4.7.1 wait 5 % longer")


def test_a_filter_that_has_seen_enough_is_not_told_the_rest() -> None:
    assert answered(AGREED, frame(b"c") * 6, frame(b"c") * 2, frame(b"s"), frame(b"a")).action == "accept"


def test_a_filter_that_is_still_at_it() -> None:
    changes = frame(b"p") + frame(b"h", b"X-Spam-Flag\0 YES\0") + frame(b"p")
    assert answered(SILENT, changes, frame(b"c")).action == "tag"


NONSENSE = {
    "no milter": (b"220 mail.test ESMTP\r\n", "no milter: a frame of impossible length"),
    "no answer to the offer": (frame(b"c"), "no milter: no answer to our offer"),
    "a short answer": (frame(b"O", b"\0"), "no milter: an offer that is cut off"),
    "an unknown answer": (AGREED + frame(b"?"), "no milter: an answer of an unknown kind"),
    "a change without a place": (SILENT + frame(b"i", b"x\0"), "no milter: a header field without its place"),
}


@pytest.mark.parametrize(("octets", "text"), NONSENSE.values(), ids=NONSENSE)
def test_a_filter_that_makes_no_sense(octets: bytes, text: str) -> None:
    with pytest.raises(DoorError, match=text):
        answered(octets)


def test_a_filter_that_changes_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    flood = frame(b"m", indexed(1, b"A", b""))
    with pytest.raises(DoorError, match="more changes"):
        answered(SILENT, flood * 20_000)
    monkeypatch.setattr(client, "MOST", 100_000)
    with pytest.raises(DoorError, match="an answer without end"):
        answered(SILENT, frame(b"p") * 100_000)


def test_a_filter_that_hangs_up() -> None:
    with pytest.raises(DoorError, match="closed before the answer"):
        answered(SILENT, b"")


def test_a_filter_that_says_nothing() -> None:
    with pytest.raises(DoorError, match=r"no answer within 0\.05 seconds"):
        answered(SILENT, seconds=0.05)


@pytest.mark.parametrize("make", [lambda path: Endpoint(path=str(path / "none")), lambda _: Endpoint("127.0.0.1", 1)])
def test_nobody_there(make: Callable[[Path], Endpoint], tmp_path: Path) -> None:
    refused: Awaitable[Scanned] = scan(make(tmp_path), HAM, ENVELOPE)
    with pytest.raises(DoorError, match="no connection: "):
        asyncio.run(asyncio.wait_for(refused, 10))
