"""Which function answers which path."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from filter.web import own, rspamd
from filter.web.errors import ClientGoneError, RequestError, explained, later
from filter.web.site import Site

log = logging.getLogger("hamgate.web")

Handler = Callable[[Site, Request], Awaitable[Response]]

PATHS: tuple[tuple[str, str, Handler], ...] = (
    ("/checkv2", "POST", rspamd.check),
    ("/v1/score", "POST", own.score),
    ("/v1/learn", "POST", own.learn),
    ("/v1/explain/{ref}", "GET", own.explain),
    ("/v1/openapi.json", "GET", own.openapi),
    ("/learnspam", "POST", partial(rspamd.learn, "spam")),
    ("/learnham", "POST", partial(rspamd.learn, "ham")),
    ("/symbols", "GET", rspamd.symbols),
    ("/stat", "GET", rspamd.stat),
    ("/auth", "GET", rspamd.auth),
    ("/ping", "GET", rspamd.ping),
)
"""Looked through from the first to the last: the paths of each message come first."""


def application(site: Site) -> Starlette:
    """All paths of a door."""
    routes = [Route(path, _endpoint(site, handler), methods=[method]) for path, method, handler in PATHS]
    return Starlette(routes=routes, exception_handlers={HTTPException: _no_such_path})


def _endpoint(site: Site, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await handler(site, request)
        except RequestError as problem:
            return explained(request, problem)
        except ClientGoneError:
            return Response(status_code=400)  # which nobody hears
        except Exception:  # never its text
            log.exception("fault in a request at %s", site.desk.listener or "a listener")
            return explained(request, later("this cannot be done now"))

    return endpoint


async def _no_such_path(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return explained(request, RequestError(error.status_code, _WORDS.get(error.status_code, "no"), error.headers))


_WORDS = {404: "there is no such path: see /v1/openapi.json", 405: "this path has another method: see Allow"}
