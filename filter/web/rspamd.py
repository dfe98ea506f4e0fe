"""The paths of rspamd that its clients ask for (docs.rspamd.com/developers/protocol)."""

import logging

from starlette.requests import Request
from starlette.responses import Response

from filter.lesson import Label, Lesson
from filter.web import asked
from filter.web.envelopes import from_headers, queue_id
from filter.web.errors import ClientGoneError, RequestError, as_json
from filter.web.rspamd_reply import checked, described, message_id, put_off
from filter.web.scoring import hearing
from filter.web.site import Site

log = logging.getLogger("hamgate.web")


async def check(site: Site, request: Request) -> Response:
    """Judge a message."""
    asked.may_score(site, request)
    _refuse_compressed(request)
    headers = request.scope["headers"]
    case = site.desk.case(from_headers(headers), 0)
    case.queue = queue_id(headers)
    try:
        async with hearing(site, request, case) as heard:
            whole = case.fault != "spool"  # what the disk did not take cannot be read
            reply = checked(site.desk, case, message_id(heard.message)) if whole else put_off(case)
    except (RequestError, ClientGoneError):
        raise
    except Exception:
        log.exception("fault at /checkv2 of %s", site.desk.listener or "a listener")
        return as_json(put_off())
    site.counts.scored(case)
    return as_json(reply)


def _refuse_compressed(request: Request) -> None:
    """Python reads zstd from 3.14 on only, and a message of unknown length is no gain on one machine."""
    compression = request.headers.get("compression", "") or request.headers.get("content-encoding", "")
    if compression and compression.lower() != "identity":
        raise RequestError(415, "send the message as it is: compression is not read here (rspamc without -z)")


async def learn(label: Label, site: Site, request: Request) -> Response:
    """Learn a message as ham or spam; one that is known already is no fault, so that scripts go on."""
    asked.may_learn(site, request)
    _refuse_compressed(request)
    await asked.learn(site, request, Lesson(label, asked.who(request)))
    return as_json({"success": True})


async def symbols(site: Site, request: Request) -> Response:
    """The catalogue of rules."""
    asked.may_score(site, request)
    return as_json(described())


async def stat(site: Site, request: Request) -> Response:
    """Counts, for `rspamc stat`."""
    asked.may_score(site, request)
    return as_json(site.counts.stat(site.desk.version))


async def auth(site: Site, request: Request) -> Response:
    """Whether the token is right, and for how long we run (`rspamc uptime`)."""
    asked.may_score(site, request)
    return as_json({"auth": "ok", **site.counts.stat(site.desk.version)})


async def ping(_: Site, __: Request) -> Response:
    """Say that we are there."""
    return Response("pong\r\n", media_type="text/plain")
