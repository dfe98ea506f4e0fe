"""The description of our own paths (OpenAPI 3.1), which `/v1/openapi.json` gives and schemathesis tests."""

from typing import Any

from filter.web.envelopes import RECIPIENTS

CLUES = 50
"""Tokens that may be asked for behind each field of the model."""

Schema = dict[str, Any]


def document(version: str) -> Schema:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hamgate",
            "version": version,
            "summary": "Judge, learn and explain mail",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/v1/score": {"post": _score()},
            "/v1/learn": {"post": _learn()},
            "/v1/explain/{ref}": {"get": _explain()},
            "/v1/openapi.json": {"get": _openapi()},
        },
        "components": {
            "schemas": {"Score": _SCORE, "Hit": _HIT, "Clue": _CLUE, "Done": _DONE, "Record": _RECORD, "Error": _ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _score() -> Schema:
    return {
        "operationId": "score",
        "summary": "Judge a message. Clients of this machine and of `open_to` networks need no token.",
        "security": [{}, {"token": []}],
        "parameters": [
            _parameter("from", "Sender of the envelope; empty: the null sender of reports.", {"type": "string"}),
            _parameter(
                "rcpt",
                "Recipients of the envelope.",
                {"type": "array", "items": {"type": "string"}, "maxItems": RECIPIENTS},
            ),
            _parameter("ip", "Address of the client that brought the message: IPv4 or IPv6.", _ADDRESS),
            _parameter("helo", "What that client called itself.", {"type": "string"}),
            _parameter("user", "The account that it logged in to.", {"type": "string"}),
            _parameter(
                "clues",
                "So many tokens are named behind each field of the model.",
                {"type": "integer", "minimum": 0, "maximum": CLUES},
            ),
        ],
        "requestBody": _MESSAGE,
        "responses": {"200": _answer("The verdict.", "Score"), **_errors(400, 401, 403, 408, 413, 415, 429, 503)},
    }


def _learn() -> Schema:
    label = {"type": "string", "enum": ["ham", "spam", "forget"]}
    return {
        "operationId": "learn",
        "summary": "Learn a message, or forget what was learned of it.",
        "security": [{"token": []}],
        "parameters": [_parameter("label", "What the message is.", label, required=True)],
        "requestBody": _MESSAGE,
        "responses": {"200": _answer("What was done.", "Done"), **_errors(400, 401, 403, 408, 409, 413, 415, 429, 503)},
    }


def _explain() -> Schema:
    reference = {"type": "string", "pattern": "^[0-9A-Fa-f]{8}$"}
    records = {
        "type": "object",
        "properties": {"messages": {"type": "array", "items": _ref("Record"), "minItems": 1}},
        "required": ["messages"],
    }
    return {
        "operationId": "explain",
        "summary": "What became of a message, by the reference that its sender was told.",
        "security": [{"token": []}],
        "parameters": [
            {"name": "ref", "in": "path", "required": True, "description": "8 digits.", "schema": reference}
        ],
        "responses": {
            "200": {"description": "The newest first.", "content": {"application/json": {"schema": records}}},
            **_errors(400, 401, 403, 404, 429, 503),
        },
    }


def _openapi() -> Schema:
    return {
        "operationId": "openapi",
        "summary": "This document.",
        "responses": {
            "200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}
        },
    }


def _parameter(name: str, description: str, schema: Schema, *, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(description: str, schema: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": _ref(schema)}}}


_WHY = {
    400: "The request is no good; the text says how.",
    401: "The token is missing or wrong.",
    403: "No token is set here, so nobody may do this.",
    404: "There is no such message, or no history.",
    408: "The request took too long.",
    409: "It cannot be learned; the text says why.",
    413: "The message is too long.",
    415: "Content-Type is not message/rfc822, or the message is compressed.",
    429: "Too many wrong tokens from this address.",
    503: "It cannot be done now; try again later.",
}


def _errors(*statuses: int) -> Schema:
    return {str(status): _answer(_WHY[status], "Error") for status in statuses}


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_TEXT = {"type": "string"}
_POINTS = {"type": "number"}
_PERHAPS = {"type": ["number", "null"]}
_ADDRESS = {"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}
_ANY_OCTETS = {"schema": {"type": "string", "format": "binary", "minLength": 1}}
_MESSAGE = {"required": True, "description": "A message (RFC 5322).", "content": {"message/rfc822": _ANY_OCTETS}}

_ERROR = _object({"error": _TEXT})
_DONE = _object({"done": {"type": "string", "enum": ["learned", "known", "relabelled", "forgotten", "unknown"]}})
_CLUE = _object({"token": _TEXT, "points": _POINTS})
_HIT = _object(
    {
        "symbol": _TEXT,
        "points": _POINTS,
        "detail": _TEXT,
        "meaning": _TEXT,
        "clues": {"type": "array", "items": _ref("Clue")},
    }
)
_SCORE = _object(
    {
        "action": {"type": "string", "enum": ["accept", "tag", "hold", "reject"]},
        "would": {"type": ["string", "null"], "description": "The action, if this door did not only monitor."},
        "verdict": {"type": "string", "enum": ["ham", "unsure", "spam", "unknown"]},
        "score": {"type": ["number", "null"], "description": "Points; null: not judged, and let pass (on_fault)."},
        "probability": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
        "required": {"type": "number", "description": "Points from which a message is marked as spam."},
        "reject_at": {"type": ["number", "null"], "description": "Points from which it is refused."},
        "reason": _TEXT,
        "reference": {"type": "string", "pattern": "^[0-9A-F]{8}$"},
        "model": _TEXT,
        "fault": {"type": ["string", "null"]},
        "hits": {"type": "array", "items": _ref("Hit")},
    }
)
_RECORD = _object(
    {
        "time": {"type": "number", "description": "Seconds since 1970."},
        "ref": _TEXT,
        "action": _TEXT,
        "would": _TEXT,
        "score": _PERHAPS,
        "reason": _TEXT,
        "reply": _TEXT,
        "size": {"type": "integer"},
        "sender": _TEXT,
        "recipient": _TEXT,
        "recipients": {"type": "integer"},
        "client": _TEXT,
        "login": _TEXT,
        "listener": _TEXT,
        "queue": _TEXT,
        "model": _TEXT,
        "fault": _TEXT,
        "hits": {"type": "array", "items": {"type": "array", "prefixItems": [_TEXT, _POINTS]}},
        "seconds": {"type": "object", "additionalProperties": _POINTS},
    }
)
