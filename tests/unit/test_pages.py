import asyncio
from collections.abc import Awaitable, Callable

import pytest

from filter import pages
from filter.pages import Answer, PageServer


async def _greeting() -> Answer:
    return Answer(b"hello\n")


async def _broken() -> Answer:
    raise ValueError("secret")


async def _ask(port: int, request: bytes) -> bytes:
    """All that the server answers to `request`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with asyncio.timeout(20):
            return await reader.read()
    finally:
        writer.close()


def served(scenario: Callable[[int], Awaitable[None]]) -> None:
    async def run() -> None:
        server = PageServer({"/": _greeting, "/broken": _broken})
        port = await server.start("127.0.0.1", 0)
        try:
            await scenario(port)
        finally:
            await server.stop()

    asyncio.run(run())


def answer(request: bytes) -> tuple[bytes, bytes]:
    """The head and the body of the answer."""
    found: list[bytes] = []

    async def scenario(port: int) -> None:
        found.extend((await _ask(port, request)).split(b"\r\n\r\n", 1))

    served(scenario)
    return found[0], found[1]


def test_a_page_with_its_length_and_an_end() -> None:
    head, body = answer(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nContent-Length: 6\r\n" in head
    assert head.endswith(b"\r\nConnection: close")
    assert body == b"hello\n"


def test_a_query_changes_nothing() -> None:
    assert answer(b"GET /?a=b HTTP/1.0\r\n\r\n")[1] == b"hello\n"


def test_head_has_the_head_only() -> None:
    head, body = answer(b"HEAD / HTTP/1.1\r\n\r\n")
    assert b"\r\nContent-Length: 6\r\n" in head
    assert body == b""


@pytest.mark.parametrize(
    ("request_", "status"),
    [(b"GET /nothing HTTP/1.1\r\n\r\n", b"404 Not Found"),
     (b"GET /../etc/passwd HTTP/1.1\r\n\r\n", b"404 Not Found"),
     (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", b"405 Method Not Allowed"),
     (b"nonsense\r\n\r\n", b"400 Bad Request"),
     (b"GET / SMTP/1.1\r\n\r\n", b"400 Bad Request"),
     (b"\xff\xfe\r\n\r\n", b"400 Bad Request"),
     (b"GET / HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n\r\n", b"431 Request Header Fields Too Large"),
     (b"GET /broken HTTP/1.1\r\n\r\n", b"500 Internal Server Error")],
)  # fmt: skip
def test_other_requests_get_their_error(request_: bytes, status: bytes) -> None:
    head, body = answer(request_)
    assert head.startswith(b"HTTP/1.1 " + status + b"\r\n")
    assert body == status + b"\n"
    assert b"secret" not in head + body


def test_another_method_hears_which_ones_there_are() -> None:
    assert b"\r\nAllow: GET, HEAD\r\n" in answer(b"DELETE / HTTP/1.1\r\n\r\n")[0] + b"\r\n"


def test_a_client_that_says_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PATIENCE", 0.05)

    async def scenario(port: int) -> None:
        assert await _ask(port, b"GET / HT") == b""

    served(scenario)


def test_too_many_clients_are_closed_and_the_others_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_CLIENTS", 2)

    async def scenario(port: int) -> None:
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        await asyncio.sleep(0)
        third, ours = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(20):
            assert await third.read() == b""
        reader, writer = idle[0]
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        async with asyncio.timeout(20):
            assert (await reader.read()).endswith(b"hello\n")
        for one in (ours, *(writer for _, writer in idle)):
            one.close()

    served(scenario)


def test_a_client_that_leaves_early_harms_nobody() -> None:
    async def scenario(port: int) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET ")
        writer.close()
        assert (await _ask(port, b"GET / HTTP/1.1\r\n\r\n")).endswith(b"hello\n")

    served(scenario)


def test_two_servers_can_share_a_port() -> None:
    async def run() -> None:
        first, second = PageServer({"/": _greeting}), PageServer({"/": _greeting})
        port = await first.start("127.0.0.1", 0, shared=True)
        assert await second.start("127.0.0.1", port, shared=True) == port
        await first.stop()
        assert (await _ask(port, b"GET / HTTP/1.1\r\n\r\n")).endswith(b"hello\n")
        await second.stop()

    asyncio.run(run())
