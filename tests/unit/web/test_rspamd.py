"""The paths of rspamd over a real socket; rspamc itself asks in tests/e2e/test_http.py."""

from pathlib import Path

import pytest

from filter.envelope import Envelope
from tests.web import HAM, SPAM, TOKEN, Opened, asked, play, with_token


def test_a_message_with_its_envelope() -> None:
    async def scenario(door: Opened) -> None:
        answer = await door.ask(
            "POST", "/checkv2", HAM, From="a@x.test", Rcpt="b@y.test", IP="192.0.2.1", Helo="mx", Queue_Id="4Tq7"
        )
        found = answer.json
        assert (answer.status, found["action"], found["message-id"]) == (200, "no action", "1@x.test")
        assert found["symbols"]["DKIM_ABSENT"]["options"] == ["caf\u00e9 ?"]
        assert door.records[0].queue == "4Tq7"
        assert door.judge.envelopes == [Envelope(b"a@x.test", (b"b@y.test",), "192.0.2.1", b"mx")]

    play(scenario)


def test_spam_is_refused_with_a_text() -> None:
    found = asked("POST", "/checkv2", SPAM).json
    assert (found["action"], found["score"], found["required_score"]) == ("reject", 20.75, 15.0)
    assert "[ref " in found["messages"]["smtp_message"]


@pytest.mark.parametrize("fields", [{"compression": "zstd"}, {"content_encoding": "zstd"}])
def test_compression_is_refused_clearly(tmp_path: Path, fields: dict[str, str]) -> None:
    for path in ("/checkv2", "/learnspam"):
        answer = asked("POST", path, HAM, fields={**fields, "password": TOKEN}, settings=with_token(tmp_path))
        assert (answer.status, "without -z" in answer.json["error"]) == (415, True)


def test_the_catalogue() -> None:
    groups = asked("GET", "/symbols").json
    assert {"group", "rules"} == groups[0].keys()


def test_counts_of_what_was_done() -> None:
    async def scenario(door: Opened) -> None:
        for message in (HAM, HAM, SPAM):
            await door.ask("POST", "/checkv2", message)
        stat = (await door.ask("GET", "/stat")).json
        assert (stat["scanned"], stat["ham_count"], stat["spam_count"], stat["connections"]) == (3, 2, 1, 4)
        assert stat["actions"]["reject"] == 1
        assert (await door.ask("GET", "/auth")).json["auth"] == "ok"

    play(scenario)
