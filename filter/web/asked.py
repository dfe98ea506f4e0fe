"""Requests of both kinds of clients, from their rights to what is done for them."""

import asyncio
from collections.abc import Sequence

from starlette.requests import Request

from filter.door.spool import Spool
from filter.lesson import Lesson, LessonError
from filter.pool import ScanError
from filter.record import Record
from filter.store.errors import StateError
from filter.web.errors import RequestError, later
from filter.web.scoring import take, visitor
from filter.web.site import Site

NO_STATE = "nothing can be learned here: name a state folder in the settings (model.state)"
NO_HISTORY = "no history is kept here: name its file in the settings (history.file)"


def headers(request: Request) -> dict[bytes, bytes]:
    """The fields of a request by their names in lower case; of several the last one."""
    return dict(request.scope["headers"])


def may_score(site: Site, request: Request) -> None:
    """Raises RequestError."""
    site.access.ask_to_score(visitor(request).address, headers(request))


def may_learn(site: Site, request: Request) -> None:
    """Raises RequestError. The right to learn is that to read the history, too."""
    site.access.ask_to_learn(visitor(request).address, headers(request))


async def learn(site: Site, request: Request, lesson: Lesson) -> str:
    """Take the message of a request and learn or forget it. Raises RequestError and ClientGoneError."""
    if site.teacher is None:
        raise RequestError(409, NO_STATE)
    with Spool(site.limits.message) as spool:
        await take(request, spool, site.limits.message)
        if spool.failure is not None:
            raise later("there is no space for the message")
        try:
            done = await site.teacher.teach(spool.ready(), spool.size, lesson)
        except LessonError as error:
            raise RequestError(409, str(error)) from None
        except (OSError, ScanError):
            raise later("the message cannot be learned now") from None
    site.counts.learned += done in {"learned", "relabelled"}
    return done


def who(request: Request) -> str:
    """Who gives a lesson, for the journal."""
    return f"http {visitor(request).address or 'unix socket'}"


async def rows(site: Site, reference: str) -> Sequence[Record]:
    """The rows of the history with a reference, at least one. Raises RequestError."""
    if site.find is None:
        raise RequestError(404, NO_HISTORY)
    try:
        found = await asyncio.to_thread(site.find, reference)
    except StateError:
        raise later("the history cannot be read now") from None
    if not found:
        raise RequestError(404, f"no message with reference {reference} in the history")
    return found
