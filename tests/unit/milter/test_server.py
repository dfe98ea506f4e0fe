"""A connection with its clocks, its place among the others, and its end."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

import pytest

from filter.door import spool
from filter.door.guests import Guests, Shut
from filter.door.limits import DoorLimits
from filter.milter import judgement
from filter.milter.frames import frame
from filter.milter.server import AHEAD, SHARE
from filter.milter.settings import MilterDoor
from filter.pool import ScanError
from tests.disk import nearly_full
from tests.judge import FakeJudge
from tests.unit.milter.talk import (
    ABORT,
    ALL,
    BODY,
    CONNECT,
    END,
    ENVELOPE,
    HAM,
    HELO,
    MAIL,
    POSTFIX,
    QUIT,
    RCPT,
    SENDMAIL,
    SPAM,
    SUBJECT,
    Transport,
    Visit,
    cut,
    letters,
    table,
)  # fmt: skip


def play(scenario: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        async with asyncio.timeout(30):
            await scenario()

    asyncio.run(run())


def test_a_whole_visit() -> None:
    async def scenario() -> None:
        visit = Visit()
        assert letters(await visit.say(POSTFIX + HAM)) == "Oiiiiia"
        assert letters(await visit.say(MAIL + RCPT + SUBJECT + ABORT)) == ""
        assert letters(await visit.say(SPAM.removeprefix(CONNECT + HELO))) == "y"
        assert await visit.say(QUIT) == b""
        assert visit.transport.end == ["close"]
        await visit.leave()
        assert [record.action for record in visit.witness.records] == ["accept", "reject"]
        assert len(visit.guests) == 0

    play(scenario)


@pytest.mark.parametrize("size", [1, 7, 4096])
@pytest.mark.parametrize("offer", [POSTFIX, SENDMAIL], ids=["version 6", "version 2"])
def test_however_it_is_cut_the_answers_are_the_same(size: int, offer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "ref")
    said = offer + HAM + SPAM.removeprefix(CONNECT + HELO) + MAIL + ABORT + HAM.removeprefix(CONNECT + HELO)

    async def scenario() -> None:
        whole, pieces = Visit(), Visit()
        expected = await whole.say(said)
        assert letters(expected)[-6:] == "iiiiia"
        assert await pieces.say(*cut(said, size)) == expected
        assert pieces.judge.messages == whole.judge.messages
        assert len(whole.witness.records) == 3
        for visit in (whole, pieces):
            await visit.leave()

    play(scenario)


def test_a_full_disk_costs_the_message_and_not_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "new_file", lambda: nearly_full(spool.IN_MEMORY))
    parts = frame(b"B", b"x" * 1000) * 300

    async def scenario() -> None:
        visit = Visit()
        assert letters(await visit.say(POSTFIX + ENVELOPE + SUBJECT + parts + END)) == "Oy"
        assert letters(await visit.say(MAIL + RCPT + SUBJECT + BODY + END)) == "iiiiia"
        assert [record.action for record in visit.witness.records] == ["tempfail", "accept"]
        await visit.leave()

    play(scenario)


def test_mail_servers_that_send_ahead_hear_the_answers_in_order() -> None:
    async def scenario() -> None:
        visit = Visit(judge=FakeJudge(wait=asyncio.Event()))
        assert letters(await visit.say(SENDMAIL + HAM)) == "Occcccc"
        assert await visit.say(SPAM.removeprefix(CONNECT + HELO)) == b""
        assert visit.judge.wait is not None
        visit.judge.wait.set()
        assert letters(await visit.say(b"")) == "iiiiia" + "cccc" + "y"
        await visit.leave()

    play(scenario)


def test_of_a_mail_server_that_is_gone_nothing_is_heard_any_more() -> None:
    async def scenario() -> None:
        visit = Visit()
        visit.session.data_received(POSTFIX + ABORT * (2 * SHARE) + HAM)
        visit.session.data_received(ABORT)
        await visit.leave()
        assert (visit.judge.messages, visit.witness.records) == ([], [])

    play(scenario)


def test_who_sends_too_far_ahead_is_read_no_more_until_we_have_time() -> None:
    async def scenario() -> None:
        visit = Visit(judge=FakeJudge(wait=asyncio.Event()))
        await visit.say(POSTFIX + HAM)
        await visit.say(ABORT * (AHEAD // len(ABORT) + 1))
        assert visit.transport.end == ["pause"]
        assert visit.judge.wait is not None
        visit.judge.wait.set()
        await visit.say(b"")
        for _ in range(AHEAD // len(ABORT) // SHARE + 10):
            await asyncio.sleep(0)
        assert visit.transport.end == []
        await visit.leave()

    play(scenario)


def test_a_flood_of_frames_leaves_others_their_turns() -> None:
    async def scenario() -> None:
        flood, other = Visit(), Visit()
        await other.say(POSTFIX)
        flood.session.data_received(POSTFIX + frame(b"U", b"x\0") * 100_000 + HAM)
        assert not flood.judge.messages
        assert letters(await other.say(HAM)) == "iiiiia"
        assert not flood.judge.messages
        await asyncio.wait_for(flood.judge.called.wait(), 10)
        for visit in (flood, other):
            await visit.leave()

    play(scenario)


def test_who_does_not_take_our_answers_is_heard_no_more() -> None:
    async def scenario() -> None:
        visit = Visit(limits=DoorLimits(idle=0.05))
        await visit.say(SENDMAIL)
        visit.session.pause_writing()
        assert await visit.say(ENVELOPE) == b""
        visit.session.resume_writing()
        assert letters(visit.transport.written[-1]) == "cccc"
        visit.session.pause_writing()
        await asyncio.wait_for(visit.transport.aborted.wait(), 5)
        await visit.leave()

    play(scenario)


HOSTILE = {
    "length 0": b"\0\0\0\0M",
    "length 2**31": b"\x80\0\0\0M",
    "no NUL": frame(b"M", b"<s@x.test>"),
    "out of order": END,
    "unknown": frame(b"?"),
    "HTTP": b"GET / HTTP/1.1\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "recipients without end": MAIL + frame(b"R", b"<" + b"r" * 60_000 + b">\0") * 20,
}


@pytest.mark.parametrize("octets", HOSTILE.values(), ids=HOSTILE)
def test_hostile_octets_end_this_connection_and_nothing_else(octets: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        guests = Guests(DoorLimits())
        hostile, other = Visit(guests=guests), Visit(guests=guests)
        await other.say(POSTFIX + CONNECT + HELO)
        await hostile.say(POSTFIX)
        await hostile.say(octets)
        assert hostile.transport.end == ["abort"]
        await hostile.leave()
        assert letters(await other.say(HAM.removeprefix(CONNECT + HELO))) == "iiiiia"
        await other.leave()
        assert len(guests) == 0
        assert hostile.witness.records == []

    play(scenario)
    (line,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert line.getMessage().startswith("a mail server is cut off at mta: ")


def test_noise_never_is_a_fault_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(6)
    words = [POSTFIX, SENDMAIL, CONNECT, HELO, MAIL, RCPT, SUBJECT, BODY, END, ABORT, frame(b"T"), frame(b"N"), HAM]

    async def scenario() -> None:
        for _ in range(300):
            visit = Visit()
            said = bytearray(POSTFIX + b"".join(chance.choices(words, k=8)))
            for _ in range(chance.randrange(3)):
                said[chance.randrange(len(said))] = chance.randrange(256)
            await visit.say(*cut(bytes(said), chance.choice((1, 7, 4096))))
            await visit.leave()

    play(scenario)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_signs_of_life_while_a_verdict_is_waited_for() -> None:
    async def scenario() -> None:
        visit = Visit(settings=table(progress=0.01), judge=FakeJudge(wait=asyncio.Event()))
        await visit.say(POSTFIX + HAM)
        await visit.transport.heard(4)
        assert visit.judge.wait is not None
        visit.judge.wait.set()
        await visit.say(b"")
        heard = letters(b"".join(visit.transport.written))
        assert heard.startswith("Oppp")
        assert heard.endswith("iiiiia")
        count = len(visit.transport.written)
        await asyncio.sleep(0.03)
        assert len(visit.transport.written) == count
        await visit.leave()

    play(scenario)


@pytest.mark.parametrize(
    ("said", "limits"),
    [(b"", None), (POSTFIX[:-1], None), (POSTFIX, table(patience=0.03)), (POSTFIX + MAIL[:-3], None)],
)
def test_a_silent_mail_server_is_given_up_and_soon_if_it_stops_inside_a_frame_or_never_begins(
    said: bytes, limits: MilterDoor | None
) -> None:
    async def scenario() -> None:
        visit = Visit(settings=limits, limits=DoorLimits(idle=0.05))
        await visit.say(said)
        assert visit.transport.end == []
        await asyncio.wait_for(visit.transport.aborted.wait(), 5)
        await visit.leave()

    play(scenario)


def test_between_frames_a_mail_server_may_wait_for_its_client() -> None:
    async def scenario() -> None:
        visit = Visit(limits=DoorLimits(idle=0.02))
        await visit.say(POSTFIX + ENVELOPE)
        await asyncio.sleep(0.06)
        assert visit.transport.end == []
        await visit.leave()

    play(scenario)


def test_a_verdict_has_its_own_clock() -> None:
    async def scenario() -> None:
        visit = Visit(
            settings=table(patience=0.02), limits=DoorLimits(idle=0.02), judge=FakeJudge(wait=asyncio.Event())
        )
        await visit.say(POSTFIX + HAM)
        await asyncio.sleep(0.06)
        assert visit.transport.end == []
        await visit.leave()

    play(scenario)


def test_a_mail_server_that_goes_away_before_the_verdict_is_told_of_once() -> None:
    async def scenario() -> None:
        for steps in (0, 1, 5):  # also before our task has begun
            visit = Visit(judge=FakeJudge(wait=asyncio.Event()))
            visit.session.data_received(POSTFIX + HAM)
            for _ in range(steps):
                await asyncio.sleep(0)
            await visit.leave()
            assert [record.action for record in visit.witness.records] == ["dropped"]
            assert len(visit.guests) == 0

    play(scenario)


def test_one_that_goes_away_in_the_midst_of_a_message_leaves_nothing() -> None:
    async def scenario() -> None:
        visit = Visit()
        await visit.say(POSTFIX + ENVELOPE + SUBJECT + frame(b"B", b"x" * 60_000) * 6)
        await visit.leave()
        assert visit.witness.records == []
        assert len(visit.guests) == 0

    play(scenario)


def test_no_verdict_is_451() -> None:
    async def scenario() -> None:
        visit = Visit(judge=FakeJudge(ScanError("no free worker")))
        assert b"451 4.3.0 " in await visit.say(POSTFIX + HAM)
        await visit.leave()

    play(scenario)


def test_a_fault_of_ours_outside_of_a_verdict_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> bytes:
        raise RuntimeError("secret")

    monkeypatch.setattr(judgement, "answer", broken)

    async def scenario() -> None:
        visit = Visit()
        assert letters(await visit.say(POSTFIX + HAM)) == "O"
        assert visit.transport.end == ["abort"]
        await visit.leave()

    play(scenario)
    assert "fault in a message at mta" in caplog.text


def test_asked_to_leave_it_goes_between_messages() -> None:
    async def scenario() -> None:
        idle, busy = Visit(), Visit()
        await idle.say(POSTFIX)
        await busy.say(POSTFIX + ENVELOPE)
        for visit in (idle, busy):
            visit.session.ask_to_leave()
        assert (idle.transport.end, busy.transport.end) == (["close"], [])
        assert letters(await busy.say(SUBJECT + BODY + END)) == "iiiiia"
        assert busy.transport.end == ["close"]
        for visit in (idle, busy):
            await visit.leave()

    play(scenario)


def test_asked_to_leave_it_goes_after_an_aborted_message_too() -> None:
    async def scenario() -> None:
        visit = Visit()
        await visit.say(POSTFIX + ENVELOPE)
        visit.session.ask_to_leave()
        await visit.say(ABORT)
        assert visit.transport.end == ["close"]
        await visit.leave()

    play(scenario)


def test_thrown_out_it_goes_at_once() -> None:
    async def scenario() -> None:
        visit = Visit()
        await visit.say(POSTFIX + ENVELOPE)
        visit.session.throw_out()
        assert visit.transport.end == ["abort"]
        await visit.leave()

    play(scenario)


def test_who_does_not_fit_in_is_shown_out_and_leaves_the_place(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        guests = Guests(DoorLimits(connections_per_address=1))
        first, second = Visit(guests=guests), Visit(guests=guests)
        assert (first.transport.end, second.transport.end) == ([], ["abort"])
        await second.leave()
        assert len(guests) == 1
        await first.leave()
        assert Visit(guests=guests).transport.end == []

    play(scenario)
    assert Shut.CROWDED.value in caplog.text


def test_the_address_is_that_of_the_mail_server_and_a_unix_socket_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        assert Visit().session.address == "192.0.2.1"
        monkeypatch.setattr(Transport, "get_extra_info", lambda *_: "")
        assert Visit().session.address == ""

    play(scenario)


def test_a_mail_server_that_offers_all_there_is_waits_for_nothing() -> None:
    async def scenario() -> None:
        visit = Visit()
        assert letters(await visit.say(ALL + HAM + QUIT)) == "Oiiiiia"
        await visit.leave()

    play(scenario)
