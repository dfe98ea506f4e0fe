"""Noise at an HTTP door: well-formed answers, a record for each message that was judged, no fault, and life goes on."""

import asyncio
import logging
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filter.door.limits import DoorLimits
from tests.web import HAM, SPAM, Wire, opened, request

pytestmark = pytest.mark.slow


FUZZ = settings(
    derandomize=True, database=None, deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow]
)
CHUNKED = b"POST /checkv2 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n"
STATES = {
    "before a request": b"",
    "in a head": b"POST /v1/score?from=a HTTP/1.1\r\ncontent-type: message/rfc822\r\n",
    "in a body": request("POST", "/checkv2", HAM)[:-4],
    "in chunks": CHUNKED + b"5\r\nhello\r\n",
    "after a request": request("POST", "/checkv2", SPAM),
    "after the last one": request("GET", "/ping", connection="close"),
}
WORDS = st.sampled_from([
    b"\r\n", b"\n", b"\r", b"\0", b"\xff", b": ", b" \t", b"%", b"%00", b"?", b"#", b"0", b"-1", b"x" * 5000, SPAM,
    b"GET ", b"POST ", b"/checkv2", b"/v1/score", b" HTTP/1.1\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"content-length: ", b"18446744073709551616", b"transfer-encoding: chunked\r\n", b"expect: 100-continue\r\n",
    b"ffffffffffffffff\r\n", b"0\r\n\r\n", b"1;a=b\r\nx\r\n", b"connection: upgrade\r\nupgrade: h2c\r\n",
    b"rcpt: a@x.test\r\n", b"ip: ::1%x\r\n",
])  # fmt: skip
NOISE = st.lists(st.one_of(WORDS, st.binary(max_size=20)), min_size=1, max_size=12).map(b"".join)
ANSWERS = re.compile(
    rb"(?:HTTP/1\.1 100 Continue\r\n\r\n"
    rb"|HTTP/1\.1 [245]\d\d [ -~]+\r\n(?:[a-z-]+: [ -~]*\r\n)+\r\n[^\x00-\x1f]*(?:\r\n)?)*"
)


@FUZZ
@pytest.mark.parametrize("state", STATES)
@given(noise=NOISE)
def test_noise_in_every_state(state: str, noise: bytes) -> None:
    written, actions, judged = asyncio.run(talk(STATES[state] + noise))
    assert ANSWERS.fullmatch(written), written
    assert len(actions) >= judged >= (state == "after a request")
    assert set(actions) <= {"accept", "reject", "dropped", "-"}


async def talk(octets: bytes) -> tuple[bytes, list[str], int]:
    """What a session answers to `octets`, what became of messages, and how many were judged."""
    async with opened(limits=DoorLimits(message=4000)) as door:
        session = door.door.session(door.guests, asyncio.get_running_loop())
        wire = Wire(session)
        session.connection_made(wire)
        session.data_received(octets)
        for _ in range(200):
            await asyncio.sleep(0)
        session.connection_lost(None)
        for _ in range(20):
            await asyncio.sleep(0)
        assert not len(door.guests)
        assert (await door.ask("GET", "/ping")).body == b"pong\r\n", "others are served on"
        return b"".join(wire.written), [record.action for record in door.records], len(door.judge.messages)


@pytest.fixture(autouse=True)
def no_fault_is_logged(caplog: pytest.LogCaptureFixture) -> object:
    yield
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING] == []
