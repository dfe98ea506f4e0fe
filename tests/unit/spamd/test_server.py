"""A connection: its clock, its end, who is let in, and clients that do not keep to the protocol."""

import asyncio
import contextlib
import logging
import socket
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from filter.door import spool
from filter.door.limits import DoorLimits
from filter.spamd import server
from filter.spamd.clerk import NO_SPACE
from filter.spamd.settings import SpamdDoor
from tests.disk import nearly_full
from tests.judge import FakeJudge, FakeTeacher
from tests.spamd_door import HAM, SPAM, Door, asked, settings, spamd_door
from tests.unit.smtp.memory import MemoryTransport

CHECKED = b"SPAMD/1.1 0 EX_OK\r\nSpam: False ; -7.5 / 5.0\r\n\r\n"
FOUND = b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 1000.0 / 5.0\r\n\r\n"


def visit(
    scenario: Callable[[Door], Awaitable[None]],
    limits: DoorLimits | None = None,
    table: SpamdDoor | None = None,
    path: Path | None = None,
) -> None:
    """Run `scenario` beside an open door; afterwards nobody may be in."""

    async def run() -> None:
        async with spamd_door(table=table, limits=limits, path=path, teacher=FakeTeacher()) as door:
            async with asyncio.timeout(30):
                await scenario(door)
                await door.guests.gone()
        assert len(door.guests) == 0

    asyncio.run(run())


def reset(writer: asyncio.StreamWriter) -> None:
    """Go away as who is killed: to half-close and wait for an answer looks like an ordinary end."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def crowd(door: Door, count: int) -> None:
    """Wait until so many are in."""
    while len(door.guests) < count:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0)


def test_one_question_one_answer() -> None:
    async def scenario(door: Door) -> None:
        assert await door.ask(asked("CHECK", HAM)) == CHECKED
        assert await door.ask(asked("CHECK", SPAM)) == FOUND
        assert [record.action for record in door.records] == ["accept", "tag"]

    visit(scenario)


def test_over_a_unix_socket_whoever_may_open_it_may_ask(tmp_path: Path) -> None:
    async def scenario(door: Door) -> None:
        assert await door.ask(asked("CHECK", HAM)) == CHECKED

    visit(scenario, table=settings(allow=()), path=tmp_path / "spamd")


@pytest.mark.parametrize("size", [1, 7, 4096])
@pytest.mark.parametrize("end", [True, False])
def test_however_the_octets_come(size: int, end: bool) -> None:
    async def scenario(door: Door) -> None:
        octets = asked("PROCESS", SPAM * 3, "User: bob")
        whole = await door.ask(octets)
        parts = [octets[start : start + size] for start in range(0, len(octets), size)]
        assert await door.ask(*parts, end=end) == whole

    visit(scenario)


def test_a_full_disk_is_told_and_the_connection_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    message = HAM + b"x" * 300_000 + b"\n"
    monkeypatch.setattr(spool, "new_file", lambda: nearly_full(len(message) - 100))

    async def scenario(door: Door) -> None:
        assert await door.ask(asked("CHECK", message), end=False) == NO_SPACE
        assert [record.fault for record in door.records] == ["spool"]

    visit(scenario)


@pytest.mark.slow
def test_who_does_not_say_its_end_and_reads_slowly_gets_the_whole_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system has taken is the client's, in its own time: a reset would take it away again."""
    monkeypatch.setattr(server, "LAST_WORDS", 0.1)
    message = HAM + b"x" * 999 + b"\n" * 3_000_000

    async def scenario(door: Door) -> None:
        reader, writer = await door.connect()
        writer.write(asked("PROCESS", message))
        answer = b""
        async with asyncio.timeout(20):
            while octets := await reader.read(200_000):
                answer += octets
                await asyncio.sleep(0.03)
        writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        assert f"Content-length: {len(body)}".encode() in head

    visit(scenario)


class Gone(MemoryTransport):
    """The client has reset the connection, and asyncio does not know yet."""

    connected: socket.socket

    def get_extra_info(self, name: str, default: object = None) -> object:
        return self.connected if name == "socket" else ("127.0.0.1", 1024)

    def write_eof(self) -> None:
        raise OSError(107, "Transport endpoint is not connected")


@pytest.mark.parametrize("octets", [asked("PING"), asked("CHECK", HAM), b"nonsense\r\n"])
def test_who_is_gone_just_before_the_end_of_our_answer_is_no_fault(octets: bytes) -> None:
    async def scenario(door: Door) -> None:
        session = door.session()
        transport = Gone(session)
        transport.connected = connected
        session.connection_made(transport)
        session.get_buffer(-1)[: len(octets)] = octets
        session.buffer_updated(len(octets))
        task = session._task
        if task is not None:
            await task
        assert transport.end == ["abort"]
        session.connection_lost(None)

    with socket.socket() as connected:
        visit(scenario)


def test_ping_and_skip_need_no_judge() -> None:
    async def scenario(door: Door) -> None:
        assert await door.ask(asked("PING"), end=False) == b"SPAMD/1.5 0 PONG\r\n"
        assert await door.ask(asked("SKIP"), end=False) == b""
        assert door.records == []

    visit(scenario)


def test_lessons_are_for_doors_that_teach() -> None:
    async def scenario(door: Door) -> None:
        assert b"DidSet: local" in await door.ask(asked("TELL", SPAM, "Message-class: spam", "Set: local"))

    visit(scenario, table=settings(tell=True))


def test_a_refusal_is_heard_by_a_client_that_still_talks() -> None:
    """To close at once would reset the connection before the refusal is read."""

    async def scenario(door: Door) -> None:
        reader, writer = await door.connect()
        writer.write(b"CHEQUE SPAMC/1.5\r\n\r\n" + b"x" * 100_000)
        assert await reader.read() == b"SPAMD/1.0 76 Bad header line: CHEQUE SPAMC/1.5\r\n"
        writer.write(b"x" * 100_000)
        await writer.drain()
        writer.close()

    visit(scenario)


def test_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LAST_WORDS", 0.1)

    async def scenario(door: Door) -> None:
        reader, writer = await door.connect()
        writer.write(b"CHEQUE SPAMC/1.5\r\n\r\n")
        assert b"76 Bad header line" in await reader.read()
        await door.guests.gone()  # though the client stays
        writer.close()

    visit(scenario)


@pytest.mark.slow
def test_a_flood_behind_a_request_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LAST_WORDS", 1.0)
    monkeypatch.setattr(server, "BEYOND", 100_000)

    async def scenario(door: Door) -> None:
        reader, writer = await door.connect()
        writer.write(asked("CHECK", HAM))
        assert await reader.read() == CHECKED
        sent = 0
        with pytest.raises(ConnectionError):  # noqa: PT012 - it is not known which
            for _ in range(5000):
                writer.write(b"x" * 65536)
                await writer.drain()
                sent += 65536
        assert sent < 30_000_000  # what the sockets of both sides hold
        writer.transport.abort()

    visit(scenario)


def test_a_message_that_is_too_big_is_refused_when_it_is_over() -> None:
    async def scenario(door: Door) -> None:
        refusal = b"SPAMD/1.0 69 Service Unavailable: (message of more than 100000 octets)\r\n"
        assert await door.ask(asked("CHECK", b"x\n" * 50_001)) == refusal
        assert await door.ask(b"CHECK SPAMC/1.5\r\n\r\n" + b"x\n" * 50_001) == refusal
        assert [record.reason for record in door.records] == ["more than 100000 octets"] * 2
        assert await door.ask(asked("CHECK", b"x\n" * 50_000)) == CHECKED

    visit(scenario, DoorLimits(message=100_000))


def test_a_message_beyond_memory_lies_on_disk() -> None:
    async def scenario(door: Door) -> None:
        message = HAM + b"x" * 79 + b"\n" * 1_000_000
        answer = await door.ask(asked("PROCESS", message))
        assert answer.endswith(b"\n" + message)
        assert door.judge.messages == [message]

    visit(scenario)


@pytest.mark.slow
def test_the_silent_hear_why_they_are_closed() -> None:
    async def scenario(door: Door) -> None:
        for octets in (b"", b"CHECK SPAMC/1.5\r\n", asked("CHECK", HAM)[:-1]):
            answer = await door.ask(octets, end=False)
            assert answer == b"SPAMD/1.0 79 Timeout: (0.2 second socket timeout reading input from client)\r\n"

    visit(scenario, DoorLimits(idle=0.2))


@pytest.mark.slow
def test_a_slow_judge_is_not_a_silent_client() -> None:
    async def run() -> None:
        judge = FakeJudge(wait=asyncio.Event())
        async with spamd_door(judge, limits=DoorLimits(idle=0.1)) as door:
            answer = asyncio.create_task(door.ask(asked("CHECK", HAM), end=False))
            await judge.called.wait()
            asyncio.get_running_loop().call_later(0.5, judge.wait.set if judge.wait else print)
            assert await answer == CHECKED

    asyncio.run(run())


@pytest.mark.slow
def test_a_last_line_without_end_is_waited_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.1)

    async def scenario(door: Door) -> None:
        assert await door.ask(asked("CHECK", HAM.rstrip()), end=False) == CHECKED
        assert await door.ask(asked("CHECK", b""), end=False) == CHECKED
        assert b"Expected 151 bytes, got 154" in await door.ask(asked("CHECK", HAM.rstrip()) + b"abc", end=False)

    visit(scenario)


@pytest.mark.slow
def test_a_client_that_takes_no_answer_is_closed() -> None:
    async def scenario(door: Door) -> None:
        _, writer = await door.connect()
        message = HAM + b"x\n" * 15_000_000  # more than sockets hold
        writer.write(asked("PROCESS", message))
        await writer.drain()
        writer.write_eof()
        await door.guests.gone()
        writer.close()
        assert [record.action for record in door.records] == ["dropped"]

    visit(scenario, DoorLimits(idle=0.5))


def test_a_client_that_goes_away_before_its_answer_leaves_a_row() -> None:
    async def run() -> None:
        judge = FakeJudge(wait=asyncio.Event())
        async with spamd_door(judge) as door:
            _, writer = await door.connect()
            writer.write(asked("CHECK", HAM))
            await judge.called.wait()
            reset(writer)
            await door.guests.gone()
            assert [record.action for record in door.records] == ["dropped"]

    asyncio.run(run())


def test_strangers_are_closed_unheard(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(door: Door) -> None:
        reader, writer = await door.connect()
        writer.write(asked("CHECK", HAM))
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        assert caplog.messages == ["unauthorized connection from 127.0.0.1 at spamd.local"]

    visit(scenario, table=settings(allow=["192.0.2.0/24"]))


def test_too_many_hear_so() -> None:
    async def scenario(door: Door) -> None:
        _, first = await door.connect()
        first.write(b"CHECK ")
        await first.drain()
        await crowd(door, 1)
        answer = await door.ask(asked("CHECK", HAM))
        assert answer == b"SPAMD/1.0 69 Service Unavailable: (too many connections)\r\n"
        first.close()
        await door.guests.gone()
        assert door.judge.messages == []

    visit(scenario, DoorLimits(connections=1))


def test_at_the_end_who_is_asking_is_answered() -> None:
    async def run() -> None:
        judge = FakeJudge(wait=asyncio.Event())
        async with spamd_door(judge) as door:
            answer = asyncio.create_task(door.ask(asked("CHECK", HAM), end=False))
            await judge.called.wait()
            end = asyncio.create_task(door.guests.farewell(20.0))
            await asyncio.sleep(0)
            if judge.wait:
                judge.wait.set()
            assert await answer == CHECKED
            assert await end == 0

    asyncio.run(run())


def test_who_has_just_connected_may_ask_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.2)

    async def scenario(door: Door) -> None:
        quick, slow = await door.connect(), await door.connect()
        await crowd(door, 2)
        end = asyncio.create_task(door.guests.farewell(20.0))
        await asyncio.sleep(0)
        quick[1].write(asked("CHECK", HAM))
        assert await quick[0].read() == CHECKED
        assert await slow[0].read() == b"SPAMD/1.0 69 Service Unavailable: (the server is being stopped)\r\n"
        for _, writer in (quick, slow):
            writer.close()
        assert await end == 0

    visit(scenario)


def test_no_word_of_a_mail_that_came_to_the_wrong_door_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(door: Door) -> None:
        assert b"76 Bad header line: Subject: secret" in await door.ask(b"Subject: secret\n\nsecret\n")
        assert b"got 3 bytes" in await door.ask(b"CHECK SPAMC/1.5\r\nContent-length: 9\r\n\r\nabc")

    with caplog.at_level(logging.INFO):
        visit(scenario)
    assert "secret" not in caplog.text
    assert "refused a request from 127.0.0.1 at spamd.local: b'no request'" in caplog.messages
    assert "Expected 9 bytes, got 3 bytes" in caplog.text


def test_a_fault_in_the_midst_of_an_answer_makes_it_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is cut must not end as if it were whole: the connection is reset."""

    def broken(*_: object) -> object:
        yield b"SPAMD/1.1 0 EX_OK\r\n"
        raise OSError("a disk that cannot be read")

    monkeypatch.setattr("filter.spamd.clerk._joined", broken)

    async def scenario(door: Door) -> None:
        with pytest.raises(ConnectionResetError):
            await door.ask(asked("PROCESS", HAM))
        assert [record.action for record in door.records] == ["dropped"]

    visit(scenario)


def test_a_client_that_is_gone_at_once_leaves_a_row_too() -> None:
    """Its request is whole, but nobody has looked at it when the connection ends."""

    async def run() -> None:
        async with spamd_door() as door:
            session = door.session()
            ours, theirs = socket.socketpair()
            with theirs:
                loop = asyncio.get_running_loop()
                transport, _ = await loop.connect_accepted_socket(lambda: session, ours)
                octets = asked("CHECK", HAM)
                session.get_buffer(-1)[: len(octets)] = octets
                session.buffer_updated(len(octets))
                session.connection_lost(None)
                for _ in range(10):
                    await asyncio.sleep(0)
                transport.abort()
            assert [record.action for record in door.records] == ["dropped"]

    asyncio.run(run())
