"""/v1/score and its neighbours over a real socket."""

from pathlib import Path

import pytest

from filter.envelope import Envelope
from tests.web import HAM, SPAM, TOKEN, Opened, asked, play, with_token


def test_a_message_with_its_envelope_and_clues() -> None:
    async def scenario(door: Opened) -> None:
        path = "/v1/score?from=a%40x.test&rcpt=b@y.test&rcpt=c@y.test&ip=192.0.2.1&helo=mx&user=anna&clues=1"
        answer = (await door.ask("POST", path, SPAM)).json
        assert (answer["action"], answer["score"], answer["model"]) == ("reject", 20.75, "model-1")
        assert answer["hits"][0]["clues"] == [{"token": "buy", "points": 2.5}]
        assert answer["reference"] == door.records[0].ref
        wanted = Envelope(b"a@x.test", (b"b@y.test", b"c@y.test"), "192.0.2.1", b"mx", "anna")
        assert door.judge.envelopes == [wanted]

    play(scenario)


def test_clues_are_named_for_who_asks() -> None:
    assert asked("POST", "/v1/score", SPAM).json["hits"][0]["clues"] == []


@pytest.mark.parametrize("kind", ["message/rfc822", "Message/RFC822; charset=utf-8", "application/octet-stream"])
def test_a_message_is_sent_as_what_it_is(kind: str) -> None:
    assert asked("POST", "/v1/score", HAM, fields={"content_type": kind}).status == 200


@pytest.mark.parametrize("kind", ["", "text/plain", "application/json", "application/x-www-form-urlencoded"])
def test_other_kinds_of_bodies_are_no_messages(kind: str) -> None:
    answer = asked("POST", "/v1/score", HAM, fields={"content_type": kind})
    assert (answer.status, "message/rfc822" in answer.json["error"]) == (415, True)


def test_a_compressed_message_is_not_read() -> None:
    assert asked("POST", "/v1/score", HAM, fields={"content_encoding": "gzip"}).status == 415


@pytest.mark.parametrize(
    "path", ["/v1/score?clues=x", "/v1/score?to=b", "/v1/score?ip=x", "/v1/learn", "/v1/learn?label=x"]
)
def test_a_query_that_is_no_good(tmp_path: Path, path: str) -> None:
    answer = asked("POST", path, HAM, fields={"password": TOKEN}, settings=with_token(tmp_path))
    assert (answer.status, list(answer.json)) == (400, ["error"])


@pytest.mark.parametrize("ref", ["0A1B2C3", "0A1B2C3DE", "zzzzzzzz", "%00", "0A1B2C3D?x=1"])
def test_a_reference_that_is_none(tmp_path: Path, ref: str) -> None:
    answer = asked("GET", f"/v1/explain/{ref}", fields={"password": TOKEN}, settings=with_token(tmp_path))
    assert answer.status == 400


def test_the_description_is_for_everybody() -> None:
    answer = asked("GET", "/v1/openapi.json")
    assert (answer.status, answer.json["openapi"], answer.json["info"]["version"]) == (200, "3.1.0", "1.0")
