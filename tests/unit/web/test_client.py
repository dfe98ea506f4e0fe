"""The client: what it says, and what it believes of a server."""

import asyncio
from pathlib import Path

import pytest

from filter.door.endpoint import Endpoint
from filter.door.scanned import DoorError, Scanned
from filter.envelope import Envelope
from filter.pool import ScanError
from filter.web import client
from filter.web.client import scan
from tests.web import HAM, SPAM, TOKEN, BuyJudge, Opened, opened, play, with_token

WHOLE = Envelope(b"a\xff@x.test", (b"b&c=d@y.test", b"e@y.test"), "192.0.2.1", b"mx x", "anna\u00e9")


def test_a_verdict_with_the_envelope_as_it_is() -> None:
    async def scenario(door: Opened) -> None:
        found = await scan(Endpoint("127.0.0.1", door.port), SPAM, WHOLE)
        assert found == Scanned(
            "reject", 20.75, 5.0, (("NB_WORDS", 20.25), ("DKIM_ABSENT", 0.5)), "score 20.75 >= reject-at 15"
        )
        assert (door.judge.envelopes, door.judge.messages) == ([WHOLE], [SPAM])
        await scan(Endpoint("localhost", door.port), HAM, Envelope(b""))
        assert door.judge.envelopes[1] == Envelope(b"")

    play(scenario)


def test_over_a_unix_socket_and_with_a_token(tmp_path: Path) -> None:
    async def scenario(door: Opened) -> None:
        loop = asyncio.get_running_loop()
        path = str(tmp_path / "socket")
        async with await loop.create_unix_server(lambda: door.door.session(door.guests, loop), path):
            assert (await scan(Endpoint(path=path), HAM, Envelope(), token=TOKEN)).action == "accept"

    play(scenario, settings=with_token(tmp_path))


def test_a_message_that_cannot_be_judged_comes_again() -> None:
    async def run() -> Scanned:
        async with opened(BuyJudge(ScanError("x"))) as door:
            return await scan(Endpoint("127.0.0.1", door.port), HAM, Envelope())

    assert asyncio.run(run()) == Scanned("tempfail", text="the message cannot be checked now, try again later")


def test_a_refusal_is_told() -> None:
    async def run() -> None:
        async with opened() as door:
            with pytest.raises(DoorError, match=r"it refuses \(400\): there is no message in this request"):
                await scan(Endpoint("127.0.0.1", door.port), b"", Envelope())
            with pytest.raises(DoorError, match="a token is printable ASCII"):
                await scan(Endpoint("127.0.0.1", door.port), HAM, Envelope(), token="a\r\nb")  # noqa: S106 - hostile

    asyncio.run(run())


def against(answer: bytes, seconds: float = 20.0, *, hang: bool = False) -> str:
    """What the client says to a server that sends `answer`."""
    done = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert (await reader.readuntil(HAM)).startswith(b"POST /v1/score HTTP/1.1\r\n")
        writer.write(answer)
        if hang:
            await done.wait()
        writer.close()

    async def run() -> str:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            place = Endpoint("127.0.0.1", server.sockets[0].getsockname()[1])
            try:
                with pytest.raises(DoorError) as error:
                    await scan(place, HAM, Envelope(), seconds)
            finally:
                done.set()
            return str(error.value)

    return asyncio.run(run())


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


SENSELESS = "gives no answer that makes sense"


@pytest.mark.parametrize(
    "answer",
    [b"220 mail.test ESMTP\r\n", b"\xff" * 100, ok(b"no JSON"), ok(b"[]"), ok(b"{}"), ok(b"[" * 100_000), ok(b"\xff"),
     ok(b'{"action":1,"score":1,"required":1,"hits":[],"reason":""}'),
     ok(b'{"action":"a","score":NaN,"required":1,"hits":[],"reason":""}'),
     ok(b'{"action":"a","score":"x","required":1,"hits":[],"reason":""}'),
     ok(b'{"action":"a","score":1' + b"0" * 400 + b',"required":1,"hits":[],"reason":""}'),
     ok(b'{"action":"a","score":1,"required":1,"hits":{"a":1},"reason":""}'),
     ok(b'{"action":"a","score":1,"required":1,"hits":[1],"reason":""}'),
     b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"],
)  # fmt: skip
def test_an_answer_that_makes_no_sense(answer: bytes) -> None:
    assert against(answer) == SENSELESS


def test_an_answer_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MAX_ANSWER", 1000)
    assert against(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n" + b" " * 2000) == SENSELESS
    assert against(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2000) == SENSELESS


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"])
def test_an_answer_that_breaks_off(answer: bytes) -> None:
    assert against(answer) == "cannot be asked: it ended the connection in the midst of its answer"


def test_a_server_that_says_nothing() -> None:
    assert against(b"", seconds=0.1, hang=True) == "does not answer in time"


def test_nobody_there(tmp_path: Path) -> None:
    async def run() -> None:
        await scan(Endpoint(path=str(tmp_path / "none")), HAM, Envelope())

    with pytest.raises(DoorError, match=r"^cannot be asked: No such file or directory"):
        asyncio.run(run())


def test_what_a_server_says_does_nothing_to_a_terminal() -> None:
    body = b'{"action":"\\u001b[2J","score":1,"required":1,"hits":[{"symbol":"A\\n","points":1}],"reason":"%s"}'
    found: list[Scanned] = []

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ok(body % (b"x" * 300)))
        writer.close()

    async def run() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            found.append(await scan(Endpoint("127.0.0.1", server.sockets[0].getsockname()[1]), HAM, Envelope()))

    asyncio.run(run())
    assert (found[0].action, found[0].hits, len(found[0].text)) == ("?[2J", (("A?", 1.0),), 200)
