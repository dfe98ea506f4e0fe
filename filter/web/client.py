"""A client of `/v1/score`, for `hamgate scan --via http`, the doctor and tests. It trusts no server too far.

Plain HTTP/1.1 (RFC 9112), one request on each connection.
"""

import asyncio
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httptools

from filter.door.dial import dialled
from filter.door.endpoint import Endpoint, reason
from filter.door.scanned import DoorError, Scanned
from filter.envelope import Envelope

MAX_ANSWER = 4 * 1024 * 1024
"""Octets of an answer; the longest of ours are far below."""
_READ = 64 * 1024
_TEXT = 200
_SYMBOLS = 1000


async def scan(
    endpoint: Endpoint, message: bytes, envelope: Envelope, seconds: float = 60.0, token: str = ""
) -> Scanned:
    """Have a message judged, within `seconds`. Raises DoorError."""
    with _explained():
        async with asyncio.timeout(seconds):
            answer = await _ask(endpoint, _head(message, envelope, token), message)
        return _scanned(answer)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise DoorError("does not answer in time") from None
    except OSError as error:
        raise DoorError(f"cannot be asked: {reason(error)}") from None
    except (
        httptools.HttpParserError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ):
        raise DoorError("gives no answer that makes sense") from None


def _head(message: bytes, envelope: Envelope, token: str) -> bytes:
    if not (token.isascii() and token.isprintable()):
        raise DoorError("a token is printable ASCII")
    lines = [
        f"POST /v1/score{_query(envelope)} HTTP/1.1",
        "Host: localhost",
        "Content-Type: message/rfc822",
        f"Content-Length: {len(message)}",
        "Connection: close",
        *([f"Authorization: Bearer {token}"] if token else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _query(envelope: Envelope) -> str:
    said = {"ip": envelope.client_address.encode(), "helo": envelope.helo, "user": envelope.login.encode()}
    words = [f"{name}={quote(value, safe='')}" for name, value in said.items() if value]
    words += [f"rcpt={quote(one, safe='')}" for one in envelope.recipients]
    if envelope.sender is not None:
        words.append(f"from={quote(envelope.sender, safe='')}")
    return f"?{'&'.join(words)}" if words else ""


class _Answer:
    """What httptools tells of an answer."""

    def __init__(self) -> None:
        self.body = b""
        self.whole = False

    def on_body(self, octets: bytes) -> None:
        self.body += octets

    def on_message_complete(self) -> None:
        self.whole = True


async def _ask(endpoint: Endpoint, head: bytes, message: bytes) -> tuple[int, Any]:
    """The status and the JSON of an answer. Raises OSError, HttpParserError, ValueError."""
    async with dialled(endpoint) as (reader, writer):
        return await _exchange(reader, writer, head + message)


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, Any]:
    answer = _Answer()
    parser = httptools.HttpResponseParser(answer)
    writer.write(request)  # a server that refuses it may answer before it has read all
    left = MAX_ANSWER
    while not answer.whole and (octets := await reader.read(_READ)):
        left -= len(octets)
        if left < 0:
            raise ValueError("too long an answer")
        parser.feed_data(octets)
    if not answer.whole:
        raise ConnectionResetError("it ended the connection in the midst of its answer")
    return parser.get_status_code(), json.loads(answer.body)


def _scanned(answer: tuple[int, Any]) -> Scanned:
    status, content = answer
    if status != 200:
        text = _line(content["error"])
        if status >= 500:
            return Scanned("tempfail", text=text)
        raise DoorError(f"it refuses ({status}): {text}")
    hits = tuple((_line(hit["symbol"]), _number(hit["points"])) for hit in content["hits"][:_SYMBOLS])
    score = content["score"]
    return Scanned(
        action=_line(content["action"]),
        score=None if score is None else _number(score),
        required=_number(content["required"]),
        hits=hits,
        text=_line(content["reason"]),
    )


def _line(text: str) -> str:
    """A word or a line for people, and nothing that a terminal obeys."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:_TEXT])


def _number(value: float) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("no number")
    return number
