"""A connection of HTTP: the same answers however its octets come, bounds, a clock, and an end without loss."""

import asyncio
import re
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filter.door.limits import DoorLimits
from filter.web import server
from filter.web.server import AHEAD, HEAD, Door, Session
from tests.web import HAM, SPAM, TOKEN, BuyJudge, Client, Opened, Wire, asked, opened, play, request, table, with_token

CHUNKED = b"POST /v1/score HTTP/1.1\r\ncontent-type: message/rfc822\r\ntransfer-encoding: chunked\r\n\r\n"
REQUESTS = {
    "ham": request("POST", "/checkv2", HAM, rcpt="a@x.test"),
    "spam": request("POST", "/v1/score?from=a@x.test", SPAM),
    "in parts": CHUNKED + b"5\r\n" + SPAM[:5] + b"\r\n%x\r\n" % len(SPAM[5:]) + SPAM[5:] + b"\r\n0\r\n\r\n",
    "nothing there": request("GET", "/nothing"),
    "not with this method": request("PUT", "/checkv2", HAM),
    "no right": request("POST", "/learnspam", HAM),
    "ping": b"\r\n" + request("GET", "/ping"),
    "last": request("GET", "/ping", connection="close"),
    "no HTTP": b"EHLO client.test\r\n\r\n",
    "two lengths": b"POST /checkv2 HTTP/1.1\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
}
VARYING = re.compile(rb'(?<="reference":")\w{8}|(?<=\[ref )\w{8}|(?<="time_real":)[\d.e-]+|(?<=content-length: )\d+')


async def said(octets: bytes, size: int) -> tuple[bytes, list[str], list[bytes]]:
    """What a session answers to `octets` in chunks of `size`, without what differs each time, how it ends, and what
    was judged."""
    async with opened() as door:
        session = door.door.session(door.guests, asyncio.get_running_loop())
        wire = Wire(session)
        session.connection_made(wire)
        for start in range(0, len(octets), size):
            await wire.flowing.wait()
            if not wire.is_closing():
                session.data_received(octets[start : start + size])
        await settled(session)
        end = list(wire.end)
        session.connection_lost(None)
        return VARYING.sub(b"-", b"".join(wire.written)), end, door.judge.messages


async def settled(session: Session) -> None:
    """Wait for all answers."""
    for _ in range(20 * (1 + len(session.pipeline))):
        await asyncio.sleep(0)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(sorted(REQUESTS)), min_size=1, max_size=5))
def test_the_same_answers_however_octets_come(names: list[str]) -> None:
    octets = b"".join(REQUESTS[name] for name in names)
    answers = [asyncio.run(said(octets, size)) for size in (1, 7, 4096)]
    assert answers[0] == answers[1] == answers[2]
    heard = len(re.findall(rb"HTTP/1\.1 \d{3} ", answers[0][0]))
    last = next((place for place, name in enumerate(names) if name in ENDS), len(names) - 1)
    assert last <= heard <= last + 1
    judged = [MESSAGES[name] for name in names[: last + 1] if name in MESSAGES]
    assert answers[0][2] == judged


ENDS = ("last", "no HTTP", "two lengths")
MESSAGES = {"ham": HAM, "spam": SPAM, "in parts": SPAM}


def test_requests_that_are_sent_ahead_are_answered_in_their_order() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(REQUESTS["ham"] + REQUESTS["spam"] + REQUESTS["nothing there"])
            assert (await client.answer()).json["action"] == "no action"
            assert (await client.answer()).json["action"] == "reject"
            assert (await client.answer()).status == 404

    play(scenario)


def test_too_many_requests_ahead_end_the_connection_after_the_answers() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(request("GET", "/ping") * (AHEAD + 20))
            octets = await client.rest()
        assert octets.count(b"HTTP/1.1 200 ") == AHEAD + 1
        assert octets.count(b"HTTP/1.1 ") == AHEAD + 1

    play(scenario)


@pytest.mark.parametrize(
    ("octets", "status"),
    [(b"EHLO client.test\r\n\r\n", 400), (b"\xff\xfe\x00" * 10, 400), (b"GET /\xff HTTP/1.1\r\n\r\n", 400),
     (b"GET / HTTP/9.9\r\n\r\n", 400), (b"CONNECT x.test:443 HTTP/1.1\r\n\r\n", 400),
     (b"GET / HTTP/1.1\r\nbad header\r\n\r\n", 400), (b"POST /checkv2 HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400),
     (b"POST /checkv2 HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400),
     (REQUESTS["two lengths"], 400),
     (b"GET /" + b"x" * HEAD + b" HTTP/1.1\r\n\r\n", 431),
     (b"GET / HTTP/1.1\r\nx: " + b"x" * HEAD, 431),
     (b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * HEAD, 431)],
)  # fmt: skip
def test_hostile_octets_end_their_connection_and_nothing_else(octets: bytes, status: int) -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as other, await door.connect() as client:
            client.write(octets)
            answer = await client.answer()
            assert (answer.status, list(answer.json), answer.fields["connection"]) == (status, ["error"], "close")
            assert await client.rest() == b""
            other.write(request("GET", "/ping"))
            assert (await other.answer()).body == b"pong\r\n"

    play(scenario)


def test_a_head_that_is_too_long_is_so_too_if_it_comes_in_one_go() -> None:
    octets = b"GET /ping HTTP/1.1\r\nx: " + b"x" * HEAD + b"\r\n\r\n"
    answer, end, _ = asyncio.run(said(octets, len(octets)))
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert end == ["close"]


def test_nonsense_after_a_request_does_not_cost_its_answer() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(REQUESTS["ham"] + b"\xff\xff\r\n\r\n")
            assert (await client.answer()).json["action"] == "no action"
            assert await client.rest() == b""
        assert [record.action for record in door.records] == ["accept"]

    play(scenario)


def test_a_body_that_breaks_off_the_rules_is_no_message() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(CHUNKED + b"5\r\nhello\r\nnonsense\r\n")
            assert (await client.answer()).status == 400
            assert await client.rest() == b""
        await door.told.wait()
        assert [record.action for record in door.records] == ["dropped"]
        assert door.judge.messages == []

    play(scenario)


def test_another_protocol_is_not_taken_up() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(request("GET", "/ping", connection="upgrade", upgrade="websocket") + b"\x81\x00")
            assert (await client.answer()).body == b"pong\r\n"
            assert await client.rest() == b""

    play(scenario)


def test_a_client_that_asks_for_leave_gets_it_before_its_message() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(request("POST", "/checkv2", expect="100-continue", content_length=str(len(HAM))))
            assert await client.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
            client.write(HAM)
            assert (await client.answer()).status == 200

    play(scenario)


def test_or_hears_at_once_that_its_message_is_too_long() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(request("POST", "/checkv2", expect="100-continue", content_length="1001"))
            answer = await client.answer()
            assert (answer.status, answer.fields["connection"]) == (413, "close")
            assert await client.rest() == b""

    play(scenario, limits=DoorLimits(message=1000))


def test_a_message_that_is_too_long_is_heard_to_its_end() -> None:
    async def scenario(door: Opened) -> None:
        session = door.door.session(door.guests, asyncio.get_running_loop())
        wire = Wire(session)
        session.connection_made(wire)
        octets = request("POST", "/checkv2", b"x" * 1500, connection="close")
        session.data_received(octets[:-1])
        await settled(session)
        assert (wire.written, wire.end) == ([], [])
        session.data_received(octets[-1:])
        await settled(session)
        assert b"".join(wire.written).startswith(b"HTTP/1.1 413 ")
        assert wire.end == ["close"]
        session.connection_lost(None)

    play(scenario, limits=DoorLimits(message=1000))


def test_or_refused_at_once_if_it_is_far_too_long() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(request("POST", "/checkv2", content_length="2001"))
            assert (await client.answer()).status == 413

    play(scenario, limits=DoorLimits(message=1000))


def test_a_message_without_end_ends_the_connection() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(CHUNKED)
            part = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
            for _ in range(100):
                client.write(part)
            assert (await client.answer()).status == 413
            assert await client.rest() == b""

    play(scenario, limits=DoorLimits(message=1000))


def test_a_client_that_says_no_more_hears_its_answer() -> None:
    judge = BuyJudge(wait=asyncio.Event())

    async def scenario(door: Opened) -> None:
        session = door.door.session(door.guests, asyncio.get_running_loop())
        wire = Wire(session)
        session.connection_made(wire)
        session.data_received(REQUESTS["ham"])
        await judge.called.wait()
        assert session.eof_received(), "the connection stays open"
        cast(asyncio.Event, judge.wait).set()
        await door.told.wait()
        await settled(session)
        assert b"".join(wire.written).startswith(b"HTTP/1.1 200 ")
        assert wire.end == ["close"]
        session.connection_lost(None)

    play(scenario, judge=judge)


def test_nonsense_in_a_message_that_was_refused_already_has_no_answer_of_its_own() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(CHUNKED.replace(b"/v1/score", b"/learnham") + b"5\r\nhello\r\n")
            assert (await client.answer()).status == 403
            client.write(b"nonsense\r\n")
            assert await client.rest() == b""

    play(scenario)


@pytest.mark.parametrize("aside", [b"5;x=", b"0\r\nx: ", b"0\r\nx: y\r\nx: "], ids=["extension", "trailer", "trailers"])
def test_what_is_no_message_has_an_end_behind_the_head_too(aside: bytes) -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(CHUNKED + b"5\r\nhello\r\n" + aside)
            for _ in range(2 * HEAD // 1000):
                client.write(b"a" * 1000)
            assert (await client.answer()).status == 431

    play(scenario)


def test_a_trailer_behind_a_long_message_is_passed_over() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(CHUNKED + b"".join(b"3e8\r\n" + b"x" * 1000 + b"\r\n" for _ in range(300)))
            client.write(b"0\r\nip: 192.0.2.7\r\n\r\n" + REQUESTS["ping"])
            assert (await client.answer()).status == 200
            assert (await client.answer()).body == b"pong\r\n"
        assert door.judge.envelopes[0].client_address == ""

    play(scenario)


def test_what_came_before_a_request_does_not_count_against_it() -> None:
    async def scenario(door: Opened) -> None:
        session = door.door.session(door.guests, asyncio.get_running_loop())
        wire = Wire(session)
        session.connection_made(wire)
        for _ in range(HEAD // 1000 + 1):
            session.data_received(request("GET", "/ping", x="x" * 1000))
            await settled(session)
        wire.written.clear()
        for part in (REQUESTS["ham"][: -len(HAM)], HAM):
            session.data_received(part)
        await settled(session)
        assert wire.written[0].startswith(b"HTTP/1.1 200 ")
        session.connection_lost(None)

    play(scenario)


@pytest.mark.parametrize("before", [1, 2])
def test_what_will_never_be_a_request_holds_no_connection_behind_those_that_are(before: int) -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(before * REQUESTS["ham"] + CHUNKED + b"5\r\nhello\r\nno chunk\r\n")
            assert [(await client.answer()).status for _ in range(before)] == [200] * before
            assert await client.rest() == b""
        assert len(door.judge.messages) == before

    play(scenario)


@pytest.mark.slow
def test_a_message_that_stops_behind_one_that_is_judged_does_not_stay() -> None:
    judge = BuyJudge(wait=asyncio.Event())

    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(REQUESTS["ham"] + REQUESTS["ham"][:-1])
            asyncio.get_running_loop().call_later(0.4, cast(asyncio.Event, judge.wait).set)
            assert (await client.answer()).status == 200
            assert await client.rest() == b""

    play(scenario, judge=judge, settings=FAST)


FAST = table(head_seconds=0.1, body_seconds=0.1, keep_alive=1.0)


@pytest.mark.parametrize("octets", [b"", b"\r\n", b"GET /ping HTTP/1.1\r\nx: y\r\n"])
def test_a_client_without_a_whole_head_is_not_waited_for(octets: bytes) -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(octets)
            answer = await client.rest()
        assert answer.startswith(b"HTTP/1.1 408 ") if octets.startswith(b"GET") else answer == b""

    play(scenario, settings=FAST)


@pytest.mark.parametrize("what", [{"settings": FAST}, {"limits": DoorLimits(idle=0.1)}])
def test_a_client_without_the_rest_of_its_message_is_not_waited_for(what: dict[str, object]) -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(REQUESTS["ham"][:-1])
            answer = await client.answer()
            assert (answer.status, answer.json) == (408, {"error": "the request took too long"})
            assert await client.rest() == b""
        await door.told.wait()
        assert [record.action for record in door.records] == ["dropped"]

    play(scenario, **what)


@pytest.mark.slow
def test_a_client_that_is_slow_but_not_silent_is_waited_for() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            octets = REQUESTS["ham"]
            for octet in range(5):
                client.write(octets[octet : octet + 1] if octet < 4 else octets[4:])
                await asyncio.sleep(0.1)
            assert (await client.answer()).status == 200

    play(scenario, limits=DoorLimits(idle=0.3))


@pytest.mark.slow
def test_a_judge_that_takes_its_time_is_no_fault_of_the_client() -> None:
    judge = BuyJudge(wait=asyncio.Event())

    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(REQUESTS["ham"])
            await judge.called.wait()
            asyncio.get_running_loop().call_later(0.4, cast(asyncio.Event, judge.wait).set)
            assert (await client.answer()).status == 200

    play(scenario, judge=judge, settings=FAST)


@pytest.mark.slow
@pytest.mark.parametrize("refused", [False, True])
def test_a_connection_without_requests_is_closed(tmp_path: Path, refused: bool) -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            whole = request("POST", "/learnham", HAM) if refused else request("GET", "/ping")
            client.write(whole[:-3])
            if refused:  # the answer comes before the message is whole
                assert (await client.answer()).status == 403
                client.write(whole[-3:])
            else:
                client.write(whole[-3:])
                assert (await client.answer()).status == 200
            assert await client.rest() == b""

    play(scenario, settings=table(keep_alive=1.0))


def test_a_client_that_does_not_read_is_not_waited_for() -> None:
    async def scenario(door: Opened) -> None:
        session = door.door.session(door.guests, asyncio.get_running_loop())
        wire = Wire(session)
        session.connection_made(wire)
        session.data_received(request("GET", "/ping"))
        session.pause_writing()
        async with asyncio.timeout(20):
            await wire.aborted.wait()
        session.connection_lost(None)

    play(scenario, limits=DoorLimits(idle=0.1))


def test_a_client_that_does_not_take_its_last_answer_is_thrown_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LAST_WORDS", 0.05)

    async def scenario(door: Opened) -> None:
        session = door.door.session(door.guests, asyncio.get_running_loop())
        wire = Wire(session)
        session.connection_made(wire)
        session.data_received(REQUESTS["last"])
        async with asyncio.timeout(20):
            await wire.aborted.wait()
        session.connection_lost(None)

    play(scenario)


def test_the_server_stops_between_two_requests() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(request("GET", "/ping"))
            await client.answer()
            assert await door.guests.farewell(5.0) == 0
            assert await client.rest() == b""

    play(scenario)


def test_the_server_stops_after_the_message_that_is_under_way() -> None:
    judge = BuyJudge(wait=asyncio.Event())

    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(REQUESTS["ham"])
            await judge.called.wait()
            leaving = asyncio.create_task(door.guests.farewell(5.0))
            await asyncio.sleep(0)
            cast(asyncio.Event, judge.wait).set()
            answer = await client.answer()
            assert (answer.status, answer.fields["connection"]) == (200, "close")
            assert await leaving == 0
        assert [record.action for record in door.records] == ["accept"]

    play(scenario, judge=judge)


@pytest.mark.parametrize("before", [b"", request("GET", "/ping")], ids=["the first one", "the second one"])
def test_the_server_stops_after_a_message_of_which_half_the_head_is_there(before: bytes) -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(before + REQUESTS["ham"][:20])
            if before:
                await client.answer()
            while not any(cast(Session, guest)._in_head for guest in door.guests._present):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0)
            leaving = asyncio.create_task(door.guests.farewell(5.0))
            await asyncio.sleep(0)
            client.write(REQUESTS["ham"][20:])
            answer = await client.answer()
            assert (answer.status, answer.fields["connection"]) == (200, "close")
            assert await leaving == 0

    play(scenario)


def test_who_has_just_connected_may_ask_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.2)

    async def scenario(door: Opened) -> None:
        async with await door.connect() as quick, await door.connect() as slow:
            while len(door.guests) < 2:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0)
            leaving = asyncio.create_task(door.guests.farewell(5.0))
            await asyncio.sleep(0)
            quick.write(REQUESTS["ham"])
            assert (await quick.answer()).status == 200
            assert await slow.rest() == b""
            assert await leaving == 0

    play(scenario)


def test_who_takes_too_long_is_thrown_out() -> None:
    judge = BuyJudge(wait=asyncio.Event())

    async def scenario(door: Opened) -> None:
        async with await door.connect() as client:
            client.write(REQUESTS["ham"])
            await judge.called.wait()
            assert await door.guests.farewell(0.01) == 1
            assert await client.rest() == b""
            cast(asyncio.Event, judge.wait).set()
            await door.told.wait()
        assert [record.action for record in door.records] == ["dropped"]

    play(scenario, judge=judge)


def test_a_full_house_says_so() -> None:
    async def scenario(door: Opened) -> None:
        async with await door.connect() as first:
            first.write(request("GET", "/ping"))
            await first.answer()
            async with await door.connect() as second:
                answer = await second.answer()
                assert (answer.status, answer.json) == (503, {"error": "too many connections"})
                assert await second.rest() == b""

    play(scenario, limits=DoorLimits(connections=1))


def test_a_unix_socket_has_no_address_and_is_this_machine(tmp_path: Path) -> None:
    async def scenario(door: Opened) -> None:
        loop = asyncio.get_running_loop()
        path = str(tmp_path / "socket")
        unix = await loop.create_unix_server(lambda: door.door.session(door.guests, loop), path)
        async with unix, Client(*await asyncio.open_unix_connection(path)) as client:
            client.write(REQUESTS["ham"])
            assert (await client.answer()).status == 200
            client.write(request("POST", "/learnham", HAM, password="x" * 20))
            assert (await client.answer()).status == 401

    play(scenario, settings=with_token(tmp_path))


def test_a_reload_keeps_the_counts_and_takes_the_new_token(tmp_path: Path) -> None:
    async def scenario(door: Opened) -> None:
        await door.ask("POST", "/checkv2", HAM)
        site = door.door.site
        (tmp_path / "token").write_text("another-token-of-some-length")
        new = Door(site.desk, site.settings, site.limits, before=door.door)
        assert new.site.counts.stat("")["scanned"] == 1
        new.site.access.ask_to_learn("", {b"password": b"another-token-of-some-length"})

    play(scenario, settings=with_token(tmp_path))


def test_answers_bear_neither_date_nor_server() -> None:
    assert asked("GET", "/ping").fields.keys() == {"content-length", "content-type"}


def test_the_token_is_never_in_an_answer(tmp_path: Path) -> None:
    answer = asked("POST", "/v1/learn?label=x", HAM, fields={"password": TOKEN}, settings=with_token(tmp_path))
    assert TOKEN.encode() not in answer.body
