"""A request that gets no answer of its kind: the status of HTTP (RFC 9110 section 15) and why, in JSON."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response


class RequestError(Exception):
    """Ends a request. `text` is ours, one line without a full stop, and says what to do where that can be said."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = dict(headers or {})


def later(text: str) -> RequestError:
    """Something that cannot be done now, and may be done in a minute."""
    return RequestError(503, f"{text}, try again later", {"retry-after": "60"})


class ClientGoneError(Exception):
    """The client went away before it had said all."""


def as_json(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """`content` as an answer; its texts hold no halves of surrogate pairs."""
    return Response(to_json(content), status, headers, "application/json")


def explained(request: Request, problem: RequestError) -> Response:
    """The answer for a problem, to both kinds of clients: {"error": "..."}.

    A client that waits for leave to send its message (RFC 9110 section 10.1.1) may send it or not after our no, so
    that the next octets could be anything: the connection ends.
    """
    last = {"connection": "close"} if "expect" in request.headers else {}
    return as_json({"error": problem.text}, problem.status, problem.headers | last)
