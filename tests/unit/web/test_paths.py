"""Paths and methods that are not there, in the words of HTTP."""

import pytest

from tests.web import HAM, asked


@pytest.mark.parametrize(
    "path", ["/", "/check", "/v1", "/v1/score/", "/checkv2/", "/%2e%2e/etc/passwd", "/v1/explain/"]
)
def test_a_path_that_is_not_there(path: str) -> None:
    answer = asked("GET", path)
    assert (answer.status, list(answer.json)) == (404, ["error"])


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/checkv2", "POST"), ("PUT", "/v1/score", "POST"), ("POST", "/ping", "GET, HEAD"),
     ("DELETE", "/v1/explain/0A1B2C3D", "GET, HEAD"), ("OPTIONS", "/v1/learn", "POST")],
)  # fmt: skip
def test_a_method_that_is_not_there(method: str, path: str, allowed: str) -> None:
    answer = asked(method, path, HAM)
    assert (answer.status, answer.fields["allow"]) == (405, allowed)
    assert answer.json == {"error": f"this path takes {allowed}"}


def test_a_head_has_no_body() -> None:
    answer = asked("GET", "/ping")
    assert (answer.status, answer.body, answer.fields["content-length"]) == (200, b"pong\r\n", "6")
