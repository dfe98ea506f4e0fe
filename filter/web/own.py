"""The paths of our own, described in `openapi.py`."""

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from filter.lesson import Label, Lesson
from filter.web import asked
from filter.web.envelopes import ENVELOPE, Query
from filter.web.errors import RequestError, as_json, later
from filter.web.openapi import CLUES, document
from filter.web.score_reply import scored
from filter.web.scoring import hearing
from filter.web.site import Site

_REFERENCE = re.compile(r"[0-9A-F]{8}")
_LESSONS: Mapping[str, Label | None] = {"ham": "ham", "spam": "spam", "forget": None}
_MESSAGES = ("message/rfc822", "message/global", "application/octet-stream")


async def score(site: Site, request: Request) -> Response:
    """Judge a message."""
    asked.may_score(site, request)
    _refuse_other_kinds(request)
    query = Query(request.scope["query_string"], (*ENVELOPE, "clues"))
    case, clues = site.desk.case(query.envelope(), 0), query.number("clues", CLUES)
    async with hearing(site, request, case, clues):
        if case.fault and not case.passed:
            raise later("the message cannot be checked now")
        answer = scored(case)
    site.counts.scored(case)
    return as_json(answer)


def _refuse_other_kinds(request: Request) -> None:
    """A form or JSON would be judged as if it were a message; and no web page can send this type unasked (CORS)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _MESSAGES or request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RequestError(415, "send the message as it is, with Content-Type: message/rfc822")


async def learn(site: Site, request: Request) -> Response:
    """Learn a message, or forget what was learned of it."""
    asked.may_learn(site, request)
    _refuse_other_kinds(request)
    label = _LESSONS[Query(request.scope["query_string"], ("label",)).word("label", _LESSONS)]
    done = await asked.learn(site, request, Lesson(label, asked.who(request)))
    return as_json({"done": done})


async def explain(site: Site, request: Request) -> Response:
    """What became of a message, by its reference."""
    asked.may_learn(site, request)
    Query(request.scope["query_string"], ())
    reference = request.path_params["ref"].upper()
    if not _REFERENCE.fullmatch(reference):
        raise RequestError(400, "a reference has 8 digits, as 4F0C9E21")
    return as_json({"messages": [record.fields() for record in await asked.rows(site, reference)]})


async def openapi(site: Site, _: Request) -> Response:
    """The description of these paths."""
    return as_json(document(site.desk.version))
