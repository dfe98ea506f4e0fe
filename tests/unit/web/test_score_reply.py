"""The answer of /v1/score."""

from typing import Any

from filter.door.case import Case
from filter.envelope import Envelope
from filter.policy import Policy, decide
from filter.rules.meanings import MEANINGS
from filter.verdict import Clue, Hit, Verdict
from filter.web.score_reply import scored


def judged(policy: Policy) -> dict[str, Any]:
    case = Case(Envelope(), 10, reference="0A1B2C3D")
    hits = (Hit("NB_WORDS", 5.0, "", (Clue("buy \udc80", 2.5),)), Hit("DKIM_ABSENT", 0.125, "none"))
    case.verdict = Verdict(hits, "m1")
    case.decision = decide(case.verdict, policy)
    return scored(case)


def test_all_that_is_known() -> None:
    answer = judged(Policy(5.0, 15.0))
    assert answer.pop("probability") > 0.9
    assert answer == {
        "action": "tag",
        "would": None,
        "verdict": "spam",
        "score": 5.125,
        "required": 5.0,
        "reject_at": 15.0,
        "reason": "score 5.12 >= tag-at 5",
        "reference": "0A1B2C3D",
        "model": "m1",
        "fault": None,
        "hits": [
            {"symbol": "NB_WORDS", "points": 5.0, "detail": "",
             "meaning": "what the model has learned about this message's words",
             "clues": [{"token": "buy ?", "points": 2.5}]},
            {"symbol": "DKIM_ABSENT", "points": 0.125, "detail": "none", "meaning": MEANINGS["DKIM_ABSENT"],
             "clues": []},
        ],
    }  # fmt: skip


def test_monitoring_says_what_it_would_do() -> None:
    answer = judged(Policy(5.0, 5.0, monitor=True))
    assert (answer["action"], answer["would"], answer["reject_at"]) == ("accept", "reject", 5.0)


def test_a_message_that_passes_unjudged_has_no_score() -> None:
    answer = scored(Case(Envelope(), 10, fault="scan"))
    assert (answer["action"], answer["verdict"], answer["score"], answer["fault"]) == (
        "accept",
        "unknown",
        None,
        "scan",
    )
    assert answer.keys() == judged(Policy()).keys()
