"""Which function answers which path, and what becomes of a request that none of them can answer."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from filter.web import own, rspamd
from filter.web.errors import ClientGoneError, RequestError, explained, later
from filter.web.site import Site

log = logging.getLogger("hamgate.web")

Handler = Callable[[Site, Request], Awaitable[Response]]

PATHS: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "/checkv2", rspamd.check),
    ("POST", "/v1/score", own.score),
    ("POST", "/v1/learn", own.learn),
    ("GET", "/v1/explain/{ref}", own.explain),
    ("GET", "/v1/openapi.json", own.openapi),
    ("POST", "/learnspam", partial(rspamd.learn, "spam")),
    ("POST", "/learnham", partial(rspamd.learn, "ham")),
    ("GET", "/symbols", rspamd.symbols),
    ("GET", "/stat", rspamd.stat),
    ("GET", "/auth", rspamd.auth),
    ("GET", "/ping", rspamd.ping),
)
"""Looked through from the first to the last: the paths of each message come first."""


def application(site: Site) -> Router:
    """All paths of a door. A bare router: Starlette's application has layers for what `Endpoint` does at once."""
    routes = [Route(path, Endpoint(site, method, handler)) for method, path, handler in PATHS]
    return Router(routes, redirect_slashes=False, default=Endpoint(site, "*", _no_such_path))


class Endpoint:
    """Answers the requests for one path, whatever happens."""

    def __init__(self, site: Site, method: str, handler: Handler) -> None:
        self._site = site
        self._allowed = "GET, HEAD" if method == "GET" else method
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            if self._allowed not in (request.method, "*"):
                self._refuse_other_methods(request)
            return await self._handler(self._site, request)
        except RequestError as error:
            return explained(request, error)
        except ClientGoneError:
            return Response(status_code=400)  # which nobody hears
        except Exception:  # never its text
            log.exception("fault in a request at %s", self._site.desk.listener or "a listener")
            return explained(request, later("this cannot be done now"))

    def _refuse_other_methods(self, request: Request) -> None:
        if request.method not in self._allowed.split(", "):
            raise RequestError(405, f"this path takes {self._allowed}", {"allow": self._allowed})


async def _no_such_path(_: Site, __: Request) -> Response:
    raise RequestError(404, "there is no such path here: see /v1/openapi.json, and README for rspamd's")
