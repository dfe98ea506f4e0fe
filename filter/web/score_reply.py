"""A judged message in our own words: the answer of `/v1/score`."""

from typing import Any

from filter.door.case import Case
from filter.door.meanings import meaning
from filter.policy import Policy
from filter.verdict import Clue, Hit
from filter.web.storable import storable


def scored(case: Case) -> dict[str, Any]:
    """The answer for a message; one that passes unjudged has no score and says the fault."""
    decision = case.decision
    if decision is None:
        return _unjudged(case)
    verdict = case.judged
    return {
        "action": decision.action.value,
        "would": decision.would.value if decision.would else None,
        "verdict": verdict.label,
        "score": verdict.score,
        "probability": verdict.probability,
        **_terms(decision.policy),
        "reason": decision.reason,
        "reference": case.reference,
        "model": verdict.model,
        "fault": None,
        "hits": [_hit(hit) for hit in verdict.hits],
    }


def _unjudged(case: Case) -> dict[str, Any]:
    return {
        "action": "accept",
        "would": None,
        "verdict": "unknown",
        "score": None,
        "probability": None,
        **_terms(Policy()),
        "reason": "the message cannot be judged, and the policy lets it pass",
        "reference": case.reference,
        "model": "",
        "fault": case.fault,
        "hits": [],
    }


def _terms(policy: Policy) -> dict[str, float | None]:
    return {"required": policy.tag_at, "reject_at": policy.reject_at}


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "symbol": hit.symbol,
        "points": hit.points,
        "detail": storable(hit.detail),
        "meaning": meaning(hit.symbol),
        "clues": [_clue(clue) for clue in hit.clues],
    }


def _clue(clue: Clue) -> dict[str, Any]:
    return {"token": storable(clue.token), "points": clue.points}
