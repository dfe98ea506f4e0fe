"""Noise in every state of a session: well-formed replies, nothing odd at the relay, no fault, and a life after it.

`seeds/commands.txt` keeps what is worth trying again: whatever once broke something belongs there.
"""

import ast
import asyncio
import dataclasses
import logging
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.door.guests import Guests
from filter.reply import Reply
from filter.smtp.entrance import Entrance
from filter.smtp.limits import Limits
from filter.smtp.listener import Listener
from filter.smtp.peer import Peer
from filter.smtp.proxy import Proxy
from filter.smtp.relay import Hop
from filter.smtp.server import Server
from filter.terms import PolicyBook
from tests.fuzz.noise import FUZZ, cut
from tests.judge import FakeJudge
from tests.unit.smtp.memory import GO, OK, MemoryTransport

pytestmark = pytest.mark.slow


LINES = (Path(__file__).parent / "seeds/commands.txt").read_text().splitlines()
SEEDS = [ast.literal_eval(f"b'''{line}'''") for line in LINES if not line.startswith("#")]

HELLO = b"EHLO client.test\r\n"
LOGIN = b"AUTH PLAIN AGEAYg==\r\n"
STATES = {
    "greeted": b"",
    "hello": HELLO,
    "mail": HELLO + LOGIN + b"MAIL FROM:<s@x.test>\r\n",
    "rcpt": HELLO + LOGIN + b"MAIL FROM:<s@x.test>\r\nRCPT TO:<r@y.test>\r\n",
    "auth": HELLO + b"AUTH LOGIN\r\n",
    "tls": HELLO,
}
LISTENER = Listener(auth=True, xforward_from=("192.0.2.1",), xclient_from=("192.0.2.1",))
LIMITS = Limits(message=10_000, errors=50)
REPLIES = re.compile(rb"(?:[2345][0-5][0-9][ -][ -~]*\r\n)*")
PATH = rb"<[^\x00-\x1f\x7f]*>[^\x00-\x1f\x7f]*"
AT_RELAY = re.compile(rb"(?i:MAIL FROM:|RCPT TO:)" + PATH + rb"|DATA|RSET|AUTH [A-Z]+(?: [A-Za-z0-9+/]*=*)?")
IN_AUTH = re.compile(rb"[A-Za-z0-9+/]*=*|\*")


class Obliging:
    """A relay that takes everything, and logs in who answers its one challenge."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.answers: list[bytes] = []
        self.extensions = {b"AUTH": b"PLAIN LOGIN"}
        self.lmtp = False
        self.alive = True

    async def open(self, peer: Peer) -> Hop:
        return self

    async def auth(self, line: bytes) -> Reply:
        if line.startswith(b"AUTH "):
            self.heard.append(line)
            return Reply(334, "", (b"VXNlcm5hbWU6",)) if b"LOGIN" in line else Reply(235, "", (b"Ok",))
        self.answers.append(line)
        return Reply(501, "", (b"No",)) if line == b"*" else Reply(235, "", (b"Ok",))

    async def mail(self, line: bytes) -> Reply:
        self.heard.append(line)
        return OK

    async def rcpt(self, line: bytes) -> Reply:
        self.heard.append(line)
        return OK

    async def data(self) -> Reply:
        self.heard.append(b"DATA")
        return GO

    async def body(self, chunks: Iterable[bytes]) -> None:
        for _ in chunks:
            pass

    async def commit(self) -> tuple[Reply, ...]:
        return (OK,)

    async def rset(self) -> Reply:
        self.heard.append(b"RSET")
        return OK

    def close(self) -> None:
        pass


class Loopback(MemoryTransport):
    """A client on this machine, from a listed address."""

    def get_extra_info(self, name: str, default: object = None) -> object:
        return {"peername": ("127.0.0.1", 1024), "sockname": ("127.0.0.1", 25)}.get(name, default)


class Visit:
    """A session whose client is the test."""

    def __init__(self, state: str) -> None:
        self.relay = Obliging()
        loop = asyncio.get_running_loop()
        listener = dataclasses.replace(LISTENER, xforward_from=("127.0.0.1",), xclient_from=("127.0.0.1",))
        proxy = Proxy(
            relay=self.relay, judge=FakeJudge(), book=PolicyBook(), limits=LIMITS, hostname="proxy.test", version="1.0"
        )
        self.session = Server(proxy, Guests(LIMITS), loop, Entrance(listener))
        self.session.encrypted = state == "tls"
        self.transport = Loopback(self.session)
        self.session.connection_made(self.transport)

    async def say(self, octets: bytes) -> bytes:
        """Send octets and return the replies, when the session has no more to say."""
        before = len(self.transport.written)
        if octets and not self.transport.is_closing():
            self.session.get_buffer(-1)[: len(octets)] = octets
            self.session.buffer_updated(len(octets))
        for _ in range(40 + 8 * octets.count(b"\n")):
            await asyncio.sleep(0)
        return b"".join(self.transport.written[before:])


async def play(state: str, pieces: list[bytes]) -> None:
    visit = Visit(state)
    assert (await visit.say(b"")).startswith(b"220 ")
    reached = (await visit.say(STATES[state])).splitlines()
    assert not reached or reached[-1][:3] == (b"334" if state == "auth" else b"250")
    for piece in pieces:
        assert REPLIES.fullmatch(await visit.say(piece)), piece
    for line in visit.relay.heard:
        assert AT_RELAY.fullmatch(line), line
    for line in visit.relay.answers:
        assert IN_AUTH.fullmatch(line), line
    if not visit.transport.is_closing():  # whatever state it is in, this leads out of it
        end = b"\r\n*\r\n.\r\n\r\nRSET\r\nQUIT\r\n"
        assert REPLIES.fullmatch(heard := await visit.say(end))
        assert heard.endswith(b"221 2.0.0 Bye\r\n") or b"421 " in heard, heard
    visit.session.connection_lost(None)
    assert visit.session.task is not None
    await asyncio.wait([visit.session.task])
    assert visit.session.task.cancelled() or visit.session.task.exception() is None


def run(state: str, pieces: list[bytes], caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    asyncio.run(play(state, pieces))
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("seed", SEEDS, ids=range(len(SEEDS)))
def test_every_seed_in_every_state(state: str, seed: bytes, caplog: pytest.LogCaptureFixture) -> None:
    run(state, [seed], caplog)
    run(state, [seed[i : i + 1] for i in range(len(seed))], caplog)


PART = (
    st.sampled_from(SEEDS) | st.sampled_from(SEEDS) | st.binary(max_size=30) | st.sampled_from([b"\r\n", b" ", b"\n"])
)
NOISE = st.lists(PART, min_size=1, max_size=4).map(b"".join)


@pytest.mark.parametrize("state", STATES)
@FUZZ
@given(noise=NOISE, places=st.lists(st.integers(0, 500), max_size=4))
def test_mixtures_and_noise_in_every_state(state: str, noise: bytes, places: list[int]) -> None:
    asyncio.run(play(state, cut(noise, places)))
