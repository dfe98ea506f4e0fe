"""Noise in every state of a session: each line gets a reply, and the relay hears nothing odd."""

import asyncio
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filter.smtp.limits import Limits
from tests.faults.client import Client
from tests.faults.house import house
from tests.faults.relay import FakeRelay

STATES = {
    "greeted": [],
    "hello": [b"EHLO client.test"],
    "mail": [b"EHLO client.test", b"MAIL FROM:<s@x.test>"],
    "rcpt": [b"EHLO client.test", b"MAIL FROM:<s@x.test>", b"RCPT TO:<r@y.test>"],
}
VERBS = [b"EHLO ", b"HELO ", b"MAIL FROM:", b"RCPT TO:", b"RSET", b"NOOP", b"VRFY ", b"HELP", b"AUTH ", b"mail from:<"]
LINE = (
    st.tuples(st.sampled_from([b"", *VERBS]), st.binary(max_size=40)).map(b"".join).map(lambda b: b.replace(b"\n", b""))
)
ENDINGS = re.compile(rb"(?i)QUIT|DATA|\x16|GET |HEAD |POST |PUT |PATCH |DELETE |CONNECT |OPTIONS |TRACE |PRI ")
"""What ends the session, or the commands: tests of their own say how."""
COMMAND = re.compile(rb"(?:EHLO proxy\.test|DATA|QUIT|(?i:MAIL FROM|RCPT TO):<[^\x00-\x1f\x7f]*>[^\x00-\x1f\x7f]*)")


async def play(state: list[bytes], lines: list[bytes]) -> None:
    async with FakeRelay() as relay, house(relay.port, limits=Limits(errors=1000)) as proxy:
        async with await Client.connect(proxy.port) as client:
            await client.reply()
            for line in state:
                assert (await client.say(line)).startswith(b"250")
            for line in lines:
                assert re.match(rb"[2345][0-5][0-9][ -]", await client.say(line)), line
            assert (await client.say(b"NOOP")).startswith(b"250 2.0.0 OK")
        assert all(COMMAND.fullmatch(command) for command in relay.commands), relay.commands


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
@settings(max_examples=40, deadline=None)
@given(lines=st.lists(LINE.filter(lambda line: not ENDINGS.match(line)), max_size=5))
def test_every_line_is_answered(state: list[bytes], lines: list[bytes]) -> None:
    asyncio.run(play(state, lines))


def test_line_without_end_is_refused() -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, house(relay.port) as proxy, await proxy.client() as client:
            await client.hello()
            assert (await client.say(b"NOOP " + b"x" * 100_000)).startswith(b"500 5.5.2 Command line too long")
            assert (await client.say(b"MAIL FROM:<" + b"x" * 1900 + b"@y.test>")).startswith(b"250 ")

    asyncio.run(scenario())


def test_long_lines_of_others_make_no_difference() -> None:
    async def scenario() -> None:
        async with FakeRelay() as relay, house(relay.port) as proxy, await proxy.client() as first:
            await first.hello()
            async with await proxy.client() as second:
                await second.hello()
            line = b"MAIL FROM:<s@x.test> ENVID=" + b"x" * 900
            assert (await first.say(line)).startswith(b"250 ")

    asyncio.run(scenario())
