"""The description says what there is, and no more; schemathesis asks by it in tests/e2e/test_http.py."""

import json
from typing import Any

import jsonschema_rs
import pytest

from filter.record import Record
from filter.web.openapi import document
from filter.web.paths import PATHS
from tests.web import HAM, asked

DOCUMENT = document("1.0")


def test_each_path_of_ours_is_described_with_its_method() -> None:
    described = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert described == {(method, path) for method, path, _ in PATHS if path.startswith("/v1/")}


def references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if "$ref" in part else set()
        return own.union(*map(references, part.values()))
    return set().union(*map(references, part)) if isinstance(part, list) else set()


def test_what_is_referred_to_is_there_and_all_is_referred_to() -> None:
    schemas = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert references(DOCUMENT) == schemas


def test_it_is_json() -> None:
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT


@pytest.mark.parametrize("message", [HAM, b"x"])
def test_an_answer_is_as_described(message: bytes) -> None:
    schema = {**DOCUMENT["components"]["schemas"]["Score"], "components": DOCUMENT["components"]}
    jsonschema_rs.validate(schema, asked("POST", "/v1/score?clues=3", message).json)


def test_a_row_of_the_history_is_as_described() -> None:
    schema = {**DOCUMENT["components"]["schemas"]["Record"], "components": DOCUMENT["components"]}
    row = Record(time=1.5, ref="0A1B2C3D", action="tag", score=5.5, hits=(("A", 5.5),), seconds={"scan": 0.1})
    jsonschema_rs.validate(schema, json.loads(json.dumps(row.fields())))
