"""Noise in every state of a spamd request: a well-formed answer or none, no fault, and a life after it."""

import asyncio
import contextlib
import logging
import re
import socket
import struct
import zlib

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from filter.door.limits import DoorLimits
from tests import spamd_door
from tests.judge import FakeTeacher
from tests.spamd_door import HAM, SPAM, Door, asked

pytestmark = pytest.mark.slow


FUZZ = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
STATES = (
    b"",
    b"CHECK SPAMC/1.5\r\n",
    b"REPORT SPAMC/1.2\r\nUser: bob\r\n\r\n",
    b"PROCESS SPAMC/1.5\r\nContent-length: 40\r\n\r\n",
    b"HEADERS SPAMC/1.5\r\nCompress: zlib\r\nContent-length: 40\r\n\r\n",
    b"TELL SPAMC/1.5\r\nMessage-class: spam\r\nSet: local\r\n\r\n",
    b"PING SPAMC/1.5\r\n",
    b"SYMBOLS SPAMC/1.0\r\n",
)
PIECES = st.sampled_from(
    [b"\r\n", b"\r\n\r\n", b"\n", b"\r", b":", b"Content-length: 5\r\n", b"Content-length: 99999999999\r\n",
     b"Compress: zlib\r\n", b"User: a@b\r\n", b"Set: local\r\n", b"Message-class: ham\r\n", b"Remove: local\r\n",
     zlib.compress(SPAM), zlib.compress(b"\0" * 200_000), HAM, b"X-Spam-Flag: YES\n", b"CHECK SPAMC/1.5\r\n",
     b"SPAMD/1.1 0 EX_OK\r\n", b"x" * 9000, b" ", b"\0", b"\xff"]
)  # fmt: skip
NOISE = st.lists(PIECES | PIECES | st.binary(max_size=8), max_size=10)
ANSWER = re.compile(
    rb"(?:SPAMD/1\.[015] (?:0 (?:EX_OK|PONG)|(?:69|75|76|79) [A-Za-z ]+: [\x20-\x7e\xa1-\xff]*)\r\n.*)?", re.DOTALL
)
LIMITS = DoorLimits(message=20_000, idle=5.0)


async def rude(door: Door, octets: list[bytes], *, reset: bool) -> bytes:
    """Say it; then end as one should, or go away."""
    reader, writer = await door.connect()
    with contextlib.suppress(ConnectionError):
        for part in octets:
            writer.write(part)
            await writer.drain()
        if reset:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
            return b""
        writer.write_eof()
    try:
        async with asyncio.timeout(20):
            return await reader.read()
    finally:
        writer.close()


@FUZZ
@given(st.sampled_from(STATES), NOISE, st.booleans())
@example(STATES[3], [zlib.compress(b"\0" * 10_000_000)], False)
@example(STATES[0], [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"], False)  # a TLS client
@example(STATES[0], [b"Set: local"] * 5000, False)
def test_whatever_is_said(caplog: pytest.LogCaptureFixture, state: bytes, noise: list[bytes], reset: bool) -> None:
    async def run() -> None:
        table = spamd_door.settings("recipient", tell=True)
        async with spamd_door.spamd_door(table=table, limits=LIMITS, teacher=FakeTeacher()) as door:
            answer = await rude(door, [state, *noise], reset=reset)
            assert ANSWER.fullmatch(answer), answer
            assert len(door.records) <= 1
            assert b"True ; 1000.0" in await door.ask(asked("CHECK", SPAM))
            await door.guests.gone()

    with caplog.at_level(logging.ERROR):
        asyncio.run(run())
    assert not caplog.records
