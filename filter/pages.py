"""A few pages by HTTP/1.1 (RFC 9112), for machines on this host: GET and HEAD, one request on each connection."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

log = logging.getLogger("hamgate.pages")

MAX_HEAD = 8192
"""Octets of a request: its line and its fields."""
MAX_CLIENTS = 32
"""Connections at a time; further ones are closed at once."""
PATIENCE = 10.0
"""Seconds from the connection to the end of the answer."""
_METHODS = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page says."""

    body: bytes
    kind: str = "text/plain; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK
    fields: Mapping[str, str] = field(default_factory=dict)


Page = Callable[[], Awaitable[Answer]]


class PageServer:
    """Answers with the page of a path."""

    def __init__(self, pages: Mapping[str, Page]) -> None:
        self._pages = pages
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int, shared: bool = False) -> int:
        """Listen; returns the port. `shared`: other processes listen there too. Raises OSError."""
        self._server = await asyncio.start_server(
            self._client, host, port, limit=MAX_HEAD, reuse_port=shared, backlog=MAX_CLIENTS
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close, without waiting for clients."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._tasks) >= MAX_CLIENTS:
            writer.close()
            return
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                method, answer = await self._answer(reader)
                writer.write(_octets(answer, method))
                await writer.drain()
        except (OSError, EOFError, TimeoutError):
            writer.transport.abort()  # gone, or too slow to be waited for
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[str, Answer]:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return "GET", _plain(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        words = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return "GET", _plain(HTTPStatus.BAD_REQUEST)
        method, target, _ = words
        page = self._pages.get(target.partition("?")[0])
        if method not in _METHODS:
            return method, _plain(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": ", ".join(_METHODS)})
        return method, await _made(page) if page else _plain(HTTPStatus.NOT_FOUND)


async def _made(page: Page) -> Answer:
    try:
        return await page()
    except Exception:  # a page that fails says so; the mail goes on
        log.exception("a page of the status could not be made")
        return _plain(HTTPStatus.INTERNAL_SERVER_ERROR)


def _plain(status: HTTPStatus, fields: Mapping[str, str] | None = None) -> Answer:
    return Answer(f"{status.value} {status.phrase}\n".encode(), status=status, fields=fields or {})


def _octets(answer: Answer, method: str) -> bytes:
    fields = {
        "Content-Type": answer.kind,
        "Content-Length": str(len(answer.body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Connection": "close",
        **answer.fields,
    }
    lines = [f"HTTP/1.1 {answer.status.value} {answer.status.phrase}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return head if method == "HEAD" else head + answer.body
