from starlette.requests import Request

from filter.web.errors import RequestError, as_json, explained, later


def asking(*fields: tuple[bytes, bytes]) -> Request:
    return Request({"type": "http", "headers": list(fields)})


def test_every_error_is_json_with_its_status() -> None:
    answer = explained(asking(), RequestError(404, "no such thing", {"x": "y"}))
    assert (answer.status_code, answer.body) == (404, b'{"error":"no such thing"}')
    assert (answer.headers["content-type"], answer.headers["x"]) == ("application/json", "y")
    assert "connection" not in answer.headers


def test_a_client_that_waits_for_leave_has_no_second_request() -> None:
    assert explained(asking((b"expect", b"100-continue")), later("no")).headers["connection"] == "close"


def test_what_comes_later_says_when() -> None:
    error = later("no space")
    assert (error.status, error.text, error.headers) == (503, "no space, try again later", {"retry-after": "60"})


def test_json_is_utf8_without_blanks() -> None:
    assert as_json({"a": "\u00e9", "b": 0.1}).body == '{"a":"\u00e9","b":0.1}'.encode()
