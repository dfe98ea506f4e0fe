"""A message by HTTP, from its first octet to its record, whatever becomes of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import BinaryIO, NamedTuple, Protocol

from starlette.requests import ClientDisconnect, Request

from filter.door.case import Case
from filter.door.desk import Desk
from filter.door.spool import Spool
from filter.policy import agreed
from filter.pool import ScanError
from filter.web.errors import ClientGoneError, RequestError
from filter.web.site import Site


class Visitor(Protocol):
    """The connection that a request came over."""

    @property
    def address(self) -> str:
        """The client's address; empty for a unix socket."""

    @property
    def gone(self) -> bool:
        """Whether nobody will read an answer."""


class Heard(NamedTuple):
    """A message that was judged, or could not be."""

    case: Case
    message: BinaryIO


def visitor(request: Request) -> Visitor:
    """Who asks."""
    found: Visitor = request.scope["state"]["visitor"]
    return found


@asynccontextmanager
async def hearing(site: Site, request: Request, case: Case, clues: int = 0) -> AsyncIterator[Heard]:
    """Take a message and judge it; its record is written when the answer is made.

    A case with a `fault` has no verdict. Raises RequestError and ClientGoneError.
    """
    try:
        with Spool(site.limits.message) as spool:
            await _take(request, spool, site.limits.message, case)
            await _judge(site.desk, case, spool, clues)
            yield Heard(case, spool.file)
    except RequestError as problem:
        case.problem = case.problem or problem.text
        raise
    except ClientGoneError:
        raise
    except Exception as error:
        case.problem, case.fault = f"fault: {type(error).__name__}", "internal"
        raise
    finally:
        site.desk.tell(case.record(None if visitor(request).gone else ()))


async def _take(request: Request, spool: Spool, limit: int, case: Case) -> None:
    try:
        with case.timed("receive"):
            await take(request, spool, limit)
    finally:
        case.size = spool.size


async def take(request: Request, spool: Spool, limit: int) -> None:
    """Read the body of a request. Raises RequestError: it is empty, or too long; ClientGoneError.

    What is too long is heard to its end, because a client that is cut off in the midst of it never reads our answer
    (rspamc); but not if it waits for leave to send it, or wants to send more than double.
    """
    declared = request.headers.get("content-length", "0")
    octets = int(declared[:19]) if declared.isdigit() else 0
    if octets > limit and ("expect" in request.headers or octets > 2 * limit):
        raise _too_long(limit)
    try:
        async for part in request.stream():
            spool.write(part)
    except ClientDisconnect:
        raise ClientGoneError from None
    if spool.too_big:
        raise _too_long(limit)
    if spool.size == 0:
        raise RequestError(400, "there is no message in this request")


def _too_long(limit: int) -> RequestError:
    return RequestError(413, f"the message is longer than the {limit} octets that are taken here")


async def _judge(desk: Desk, case: Case, spool: Spool, clues: int) -> None:
    try:
        if spool.failure is not None:
            raise spool.failure
        case.decision = agreed(await desk.decisions(case, spool.ready(), clues))
    except (OSError, ScanError) as error:
        desk.passes(case, error)
