"""Our client: what it asks, what it understands, and servers that mean no good."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.door.endpoint import Endpoint
from filter.door.scanned import DoorError, Scanned
from filter.envelope import Envelope
from filter.policy import Policy
from filter.pool import ScanError
from filter.spamd import client
from filter.spamd.client import read, request, scan
from filter.terms import PolicyBook, RecipientTerms
from tests.judge import FakeJudge
from tests.spamd_door import HAM, SPAM, settings, spamd_door

# As SpamAssassin's spamd wrote it, shortened.
THEIRS = b"""Spam detection software, running on the system "mx.test",
has identified this incoming email as possible spam.

Content preview:  1000 FAKE
   \n\
Content analysis details:   (7.4 points, 5.0 required)

 pts rule name              description
---- ---------------------- --------------------------------------------------
-0.0 NO_RECEIVED            Informational: message has no Received headers
 2.7 MISSING_DATE           Missing Date: header
1000 GTUBE                  BODY: Generic Test for Unsolicited Bulk Email
 0.0 NO_HEADERS_MESSAGE     Message appears to be missing most RFC-822
                            headers

"""


def answer(body: bytes, line: bytes = b"Spam: True ; 7.4 / 5.0") -> bytes:
    return b"SPAMD/1.1 0 EX_OK\r\nContent-length: %d\r\n%s\r\n\r\n%s" % (len(body), line, body)


def test_ours() -> None:
    async def run() -> None:
        async with spamd_door() as door:
            endpoint = Endpoint("127.0.0.1", door.port)
            assert await scan(endpoint, SPAM, Envelope()) == Scanned("tag", 1000.0, 5.0, (("GTUBE", 1000.0),))
            assert await scan(endpoint, HAM, Envelope()) == Scanned("accept", -7.5, 5.0, (("HAM", -7.5),))

    asyncio.run(run())


def test_over_a_unix_socket_and_for_a_recipient(tmp_path: Path) -> None:
    async def run() -> None:
        book = PolicyBook(Policy(), recipients={"bob@example.net": RecipientTerms(tag_at=-10.0)})
        path = tmp_path / "spamd"
        async with spamd_door(table=settings("recipient"), policy=book, path=path):
            found = await scan(
                Endpoint(path=str(path)), HAM, Envelope(recipients=(b"bob@example.net", b"c@example.net"))
            )
            assert (found.action, found.required) == ("tag", -10.0)

    asyncio.run(run())


def test_a_fault_of_the_server_is_said_to_be_one() -> None:
    async def run() -> None:
        async with spamd_door(FakeJudge(fault=ScanError("x"))) as door:
            found = await scan(Endpoint("127.0.0.1", door.port), HAM, Envelope())
            assert found == Scanned("tempfail", text="Temporary failure: (the message could not be judged)")

    asyncio.run(run())


def test_a_request_has_the_first_recipient_if_it_fits_in_a_line() -> None:
    assert request(b"abc", Envelope(recipients=(b"a@b", b"c@d"))) == (
        b"REPORT SPAMC/1.5\r\nUser: a@b\r\nContent-length: 3\r\n\r\nabc"
    )
    for recipients in ((), (b"a\r\nSet: local",)):
        assert request(b"abc", Envelope(recipients=recipients)) == b"REPORT SPAMC/1.5\r\nContent-length: 3\r\n\r\nabc"


def test_theirs_tell_points_too() -> None:
    found = read(answer(THEIRS))
    assert (found.action, found.score, found.required) == ("tag", 7.4, 5.0)
    assert found.hits == (("NO_RECEIVED", 0.0), ("MISSING_DATE", 2.7), ("GTUBE", 1000.0), ("NO_HEADERS_MESSAGE", 0.0))


def test_a_report_without_a_table_has_no_hits() -> None:
    assert read(answer(b"whatever you like\n")) == Scanned("tag", 7.4, 5.0)


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"", "no answer of a spamd"),
        (b"220 mx.test ESMTP\r\n", "no answer of a spamd"),
        (b"SPAMD/1.0 76 Bad header line: \x1b[2J\r\n", r"refuses our request: Bad header line: \?\[2J"),
        (b"SPAMD/1.1 0 EX_OK\r\n", "half an answer"),
        (answer(THEIRS)[:-1], "half an answer"),
        (answer(THEIRS) + b"x", "half an answer"),
        (answer(THEIRS, b"Spam: Maybe ; 7.4 / 5.0"), "half an answer"),
        (answer(THEIRS, b"Spam: True ; nan / 5.0"), "half an answer"),
        (answer(b"x" * client.LONGEST), "too long"),
    ],
)
def test_what_makes_no_sense(octets: bytes, why: str) -> None:
    with pytest.raises(DoorError, match=why):
        read(octets)


@given(st.binary() | st.builds(lambda body: answer(THEIRS + body), st.binary()))
def test_any_octets_are_understood_or_refused(octets: bytes) -> None:
    with contextlib.suppress(DoorError):
        found = read(octets)
        assert found.text.isprintable()


@contextlib.asynccontextmanager
async def served(say: bytes, *, then_wait: bool = False, hear: bool = True) -> AsyncIterator[Endpoint]:
    """A server that says `say`, after it has heard all (or at once)."""
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if hear:
            await reader.read()
        with contextlib.suppress(ConnectionError):
            writer.write(say)
            await writer.drain()
            if then_wait:
                await over.wait()
        writer.transport.abort() if not hear else writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield Endpoint("127.0.0.1", server.sockets[0].getsockname()[1])
        over.set()


def test_servers_that_do_not_answer() -> None:
    async def run() -> None:
        async with served(b"", then_wait=True) as silent:
            with pytest.raises(DoorError, match=r"no answer within 0\.2 s"):
                await scan(silent, HAM, Envelope(), 0.2)
        with pytest.raises(DoorError, match="Connection refused"):
            await scan(silent, HAM, Envelope(), 5.0)

    asyncio.run(run())


def test_a_server_that_talks_without_end() -> None:
    async def run() -> None:
        async with served(answer(b"x" * 10) + b"x" * 3 * client.LONGEST, then_wait=True) as endless:
            with pytest.raises(DoorError, match="too long"):
                await scan(endless, HAM, Envelope(), 20.0)

    asyncio.run(run())


def test_a_server_that_answers_before_it_has_heard_all() -> None:
    async def run() -> None:
        async with served(b"SPAMD/1.0 69 Service Unavailable: x\r\n", hear=False) as hasty:
            with contextlib.suppress(DoorError):  # a reset may be all that is left of it
                found = await scan(hasty, b"x" * 20_000_000, Envelope(), 20.0)
                assert found.action == "tempfail"

    asyncio.run(run())
