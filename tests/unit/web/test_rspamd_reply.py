"""Replies to /checkv2, as rspamc 3.4 and Haraka read them."""

import io
import json
from typing import Any

import pytest

from filter.door.case import Case
from filter.door.desk import Desk
from filter.envelope import Envelope
from filter.policy import Policy, decide
from filter.pool import ScanError
from filter.rules.meanings import MEANINGS
from filter.terms import PolicyBook
from filter.verdict import Hit, Verdict
from filter.web.rspamd_reply import checked, described, message_id, put_off
from tests.web import BuyJudge

FULL = Policy(5.0, 15.0, hold_at=10.0)


def reply(score: float, policy: Policy = FULL, hit: Hit | None = None) -> dict[str, Any]:
    case = Case(Envelope(), 10, reference="0A1B2C3D")
    case.verdict = Verdict((Hit("NB_WORDS", score) if hit is None else hit,), "m")
    case.decision = decide(case.verdict, policy)
    case.seconds["scan"] = 0.25
    return checked(Desk(judge=BuyJudge(), version="1.0"), case, "1@x.test")


def test_the_keys_that_clients_look_for() -> None:
    found = reply(-2.5, hit=Hit("DKIM_ABSENT", -2.5, "none"))
    milter = found.pop("milter")
    assert found == {
        "is_skipped": False,
        "score": -2.5,
        "required_score": 15.0,
        "action": "no action",
        "thresholds": {"reject": 15.0, "add header": 5.0},
        "symbols": {"DKIM_ABSENT": {"name": "DKIM_ABSENT", "score": -2.5, "metric_score": -2.5,
                                    "description": MEANINGS["DKIM_ABSENT"], "options": ["none"]}},
        "messages": {},
        "urls": [],
        "emails": [],
        "message-id": "1@x.test",
        "reference": "0A1B2C3D",
        "time_real": 0.25,
    }  # fmt: skip
    assert milter["add_headers"]["X-Spam-Flag"] == {"value": "NO", "order": 0}


@pytest.mark.parametrize(
    ("score", "action"), [(-3.0, "no action"), (5.0, "add header"), (10.0, "add header"), (15.0, "reject")]
)
def test_actions_by_our_thresholds(score: float, action: str) -> None:
    assert reply(score)["action"] == action


def test_what_is_held_is_marked_and_says_so_in_a_header() -> None:
    assert reply(12.0)["milter"]["add_headers"]["X-Hamgate-Hold"]["value"] == "yes"
    assert "X-Hamgate-Hold" not in reply(6.0)["milter"]["add_headers"]


def test_thresholds_without_rejecting() -> None:
    found = reply(20.0, Policy(5.0))
    assert (found["action"], found["required_score"], found["thresholds"]) == ("add header", 5.0, {"add header": 5.0})
    assert reply(3.0, Policy(5.0, hold_at=2.0))["thresholds"] == {"add header": 2.0}


def test_a_refusal_has_its_text_with_the_reference() -> None:
    text = reply(20.0)["messages"]["smtp_message"]
    assert "[ref 0A1B2C3D]" in text
    assert text.isprintable()
    assert reply(20.0, Policy(5.0, 15.0, detail="full"))["messages"]["smtp_message"].isprintable()


def test_headers_to_add_are_folded_as_in_the_milter_protocol_and_forged_ones_go() -> None:
    verdict_of_many = Hit("NB_WORDS", 6.0, "a" * 90)
    milter = reply(6.0, hit=verdict_of_many)["milter"]
    assert list(milter["add_headers"]) == [
        "X-Spam-Flag", "X-Spam-Status", "X-Spam-Score", "X-Spam-Level", "X-Hamgate-Report",
    ]  # fmt: skip
    for field in milter["add_headers"].values():
        assert "\r" not in field["value"]
        assert all(line.startswith("\t") for line in field["value"].split("\n")[1:])
    assert set(milter["add_headers"]) <= set(milter["remove_headers"])


def test_an_unmarked_message_gets_no_headers() -> None:
    assert "milter" not in reply(6.0, Policy(5.0, mark=False))


def test_monitoring_takes_no_action_and_says_what_it_would_do() -> None:
    found = reply(20.0, Policy(5.0, 15.0, monitor=True))
    assert found["action"] == "no action"
    assert "would reject" in found["milter"]["add_headers"]["X-Hamgate-Monitor"]["value"]


def faulty(on_fault: Any, fault: ScanError | OSError | None = None) -> dict[str, Any]:
    case = Case(Envelope(), 10)
    desk = Desk(judge=BuyJudge(), version="1.0", book=PolicyBook(Policy(on_fault=on_fault)))
    desk.passes(case, fault or ScanError("no free worker"))
    return checked(desk, case, "undef")


def test_a_message_that_cannot_be_judged_comes_again() -> None:
    found = faulty("tempfail")
    assert (found["action"], found["score"], found["symbols"]) == ("soft reject", 0.0, {})
    assert found["messages"] == {"smtp_message": "The message cannot be checked now, try again later"}
    assert faulty("pass", OSError("full"))["action"] == "soft reject", "what was not even kept never passes"


def test_or_passes_unjudged_if_the_policy_says_so() -> None:
    found = faulty("pass")
    assert (found["action"], found["is_skipped"]) == ("no action", True)
    assert found["milter"]["add_headers"] == {"X-Hamgate-Unscanned": {"value": "yes, fault=scan", "order": 0}}


def test_our_own_fault_has_all_keys_too() -> None:
    assert put_off().keys() == faulty("tempfail").keys()
    assert put_off()["action"] == "soft reject"


@pytest.mark.parametrize(
    ("head", "found"),
    [(b"Message-ID: <a@x>\r\nFrom: b\r\n\r\n", "a@x"), (b"From: b\nmessage-id:\n <a@x>\n\n", "a@x"),
     (b"MESSAGE-ID : a@x\r\n\r\n", "a@x"), (b"From: b\r\n\r\nMessage-ID: <a@x>\r\n", "undef"), (b"", "undef"),
     (b"Message-ID: <\xff>\r\n\r\n", "undef"), (b"X-Message-ID: <a@x>\r\n\r\n", "undef")],
)  # fmt: skip
def test_the_message_id_of_the_header(head: bytes, found: str) -> None:
    assert message_id(io.BytesIO(head)) == found


def test_a_hostile_header_gives_no_more_than_a_line() -> None:
    assert len(message_id(io.BytesIO(b"Message-ID: " + b"a" * 100_000))) == 998
    assert message_id(io.BytesIO(b"message-id:\r\n " * 100_000)) == "message-id:"


def test_the_catalogue_has_each_rule_once() -> None:
    symbols = [rule["symbol"] for group in described() for rule in group["rules"]]
    assert len(symbols) == len(set(symbols)) > 100
    assert json.dumps(described())
