"""Noise from a mail server in every stage of a message: frames or the end come back, never a fault of ours."""

import asyncio
import logging
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.milter.frames import frame
from filter.milter.negotiation import offer
from tests.fuzz.noise import FUZZ, cut
from tests.unit.milter.talk import (
    ABORT,
    BODY,
    CONNECT,
    END,
    ENVELOPE,
    HAM,
    HELO,
    MAIL,
    NEXT_CLIENT,
    POSTFIX,
    QUIT,
    RCPT,
    SENDMAIL,
    SPAM,
    SUBJECT,
    Visit,
    frames,
    header,
    letters,
    macros,
)  # fmt: skip

pytestmark = pytest.mark.slow


STAGES = {
    "offer": b"",
    "old offer": SENDMAIL,
    "client": POSTFIX + CONNECT + HELO,
    "envelope": POSTFIX + ENVELOPE,
    "header": POSTFIX + ENVELOPE + SUBJECT,
    "body": SENDMAIL + ENVELOPE + SUBJECT + frame(b"N") + BODY,
    "next message": POSTFIX + HAM,
}
GOOD = (
    SENDMAIL, POSTFIX, CONNECT, HELO, MAIL, RCPT, SUBJECT, BODY, END, ABORT, QUIT, NEXT_CLIENT, SPAM, frame(b"T"),
    frame(b"N"), frame(b"U", b"FOO\0"), macros(b"M", b"i", b"4F2", b"{auth_authen}", b"anna"), macros(b"E"),
    header(b"X-Spam-Flag", b" YES"), header(b"A", b" folded\n\tvalue"), frame(b"R", b"<>\0"), frame(b"E", b"x" * 300),
    offer(6, 0, 0), offer(0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
)  # fmt: skip
ODD = (b"\0\0\0\0", b"\x80\0\0\0M", b"\xff\xff\xff\xffB", b"\0\0\0\x01", b"GET / HTTP/1.1\r\n\r\n", b"\0")
WITH_TEXT = (b"C", b"H", b"M", b"R", b"L", b"D")
LETTER = st.binary(min_size=1, max_size=1)
FRAME = (
    st.sampled_from(GOOD)
    | st.builds(frame, LETTER, st.binary(max_size=40))
    | st.builds(
        lambda letter, text: frame(letter, text + b"\0"),
        st.sampled_from([b"C", b"H", b"M", b"R", b"L", b"D"]),
        st.binary(max_size=40),
    )
)
NOISE = st.lists(FRAME | FRAME | FRAME | st.sampled_from(ODD) | st.binary(max_size=20), min_size=1, max_size=8)
ANSWERS = frozenset("Ocsaiymqp")


class Faults(logging.Handler):
    """Keeps errors of the log; a fixture would keep those of all examples together."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record.getMessage())


async def play(stage: str, pieces: list[bytes]) -> None:
    visit = Visit()
    await visit.say(STAGES[stage])
    before = len(visit.witness.records)
    heard = await visit.say(*pieces)
    assert set(letters(heard)) <= ANSWERS
    judged = [letter for letter, _ in frames(heard) if letter in b"ay"]
    assert len(visit.witness.records) - before == len(judged)
    if not visit.transport.end:  # whatever it has said, it can say it anew
        assert letters(await visit.say(ABORT + MAIL + RCPT + END))[-1:] in ("a", "")
    await visit.leave()
    assert len(visit.guests) == 0


@pytest.mark.parametrize("stage", STAGES)
@FUZZ
@given(noise=NOISE, places=st.lists(st.integers(0, 500), max_size=4))
def test_noise_in_every_stage(stage: str, noise: list[bytes], places: list[int]) -> None:
    faults = Faults()
    logging.getLogger("hamgate").addHandler(faults)
    try:
        asyncio.run(play(stage, cut(b"".join(noise), places)))
    finally:
        logging.getLogger("hamgate").removeHandler(faults)
    assert faults.seen == []


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("flood", [macros(b"M", b"i", b"x"), header(b"A", b"b"), RCPT, BODY, ABORT, CONNECT, HELO])
def test_a_flood_in_any_stage_ends_or_is_borne(stage: str, flood: bytes) -> None:
    async def run() -> None:
        visit = Visit()
        await visit.say(STAGES[stage])
        await visit.say(flood * 3000)
        await visit.leave()

    asyncio.run(run())


FLOODS = {
    "macros": POSTFIX + macros(b"M", b"i", b"x" * 60_000, b"{auth_authen}", b"x" * 60_000),
    "header fields": POSTFIX + ENVELOPE + header(b"X-Spam-Flag", b"x" * 60_000),
    "small header fields": POSTFIX + ENVELOPE + header(b"X-Spam-Flag", b"x" * 200) * 250,
    "recipients": POSTFIX + ENVELOPE + frame(b"R", b"<" + b"r" * 200 + b">\0") * 250,
    "body": POSTFIX + ENVELOPE + frame(b"B", b"x" * 60_000),
    "names": POSTFIX + frame(b"H", b"x" * 60_000 + b"\0"),
    "an endless frame": POSTFIX + b"\0\x10\0\0L" + b"x" * 60_000,
}


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_takes_a_bounded_amount_of_memory(kind: str) -> None:
    first = FLOODS[kind]
    more = first.removeprefix(POSTFIX).removeprefix(ENVELOPE)

    async def run() -> int:
        visit = Visit()
        await visit.say(first)
        tracemalloc.start()
        for _ in range(6 * 1024 * 1024 // len(more)):
            await visit.say(more)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        await visit.leave()
        return peak

    assert asyncio.run(run()) < 4 * 1024 * 1024
