"""A judged message in the words of rspamd's `/checkv2`, as its clients (rspamc 3.4, Haraka) read them."""

import re
from typing import Any, BinaryIO

from filter.door.case import Case
from filter.door.desk import Desk
from filter.door.refusal import refusal
from filter.headers import unscanned_headers
from filter.policy import Action, Policy
from filter.rules.catalogue import RULES
from filter.rules.composites import COMPOSITES
from filter.rules.meanings import MEANINGS
from filter.verdict import Hit
from filter.web.actions import ACTIONS, SOFT_REJECT
from filter.web.storable import storable

_LATER = "The message cannot be checked now, try again later"

FORGED = (
    "X-Spam", "X-Spam-Flag", "X-Spam-Status", "X-Spam-Score", "X-Spam-Level", "X-Spam-Report", "X-Spam-Bar",
    "X-Spam-Checker-Version", "X-Spam-Result", "X-Spam-Action",
    "X-Hamgate-Report", "X-Hamgate-Monitor", "X-Hamgate-Hold", "X-Hamgate-Unscanned",
)  # fmt: skip
"""Header fields that a client is asked to take out. The protocol knows no pattern, so these are those we write, and
those that delivery rules commonly act on."""

_HEAD = 64 * 1024
_MESSAGE_ID = re.compile(rb"^message-id[ \t]*:[ \t]*(?:\r?\n[ \t]+)?<?([!-;=?-~]{1,998})", re.IGNORECASE | re.MULTILINE)
_END = re.compile(rb"\r?\n\r?\n")


def message_id(message: BinaryIO) -> str:
    """The Message-ID of a message without its brackets, or `undef`, as rspamd says."""
    message.seek(0)
    octets = message.read(_HEAD)
    end = _END.search(octets)
    found = _MESSAGE_ID.search(octets, 0, end.start() if end else len(octets))
    return found[1].decode("ascii") if found else "undef"


def checked(desk: Desk, case: Case, identity: str) -> dict[str, Any]:
    """The reply for a message; `identity` is its Message-ID.

    A message that cannot be judged gets `soft reject` with status 200: of the clients of rspamd that were looked at,
    those that see another status tell nobody but their log, and let the message pass.
    """
    if case.decision is None:
        return _unjudged(case, identity) if case.passed else put_off(case, identity)
    decision, verdict = case.decision, case.judged
    policy = decision.policy
    reply: dict[str, Any] = {
        **_frame(case, identity, ACTIONS[decision.action], policy),
        "score": verdict.score,
        "symbols": _symbols(verdict.hits),
    }
    if decision.action is Action.REJECT:
        no = refusal(verdict, policy, case.reference)
        reply["messages"] = {"smtp_message": b" ".join(no.lines).decode("ascii")}
    if headers := desk.headers(verdict, decision):
        reply["milter"] = _milter(headers)
    return reply


def put_off(case: Case | None = None, identity: str = "undef") -> dict[str, Any]:
    """The reply for a message that has to come again."""
    return _frame(case, identity, SOFT_REJECT, Policy()) | {"messages": {"smtp_message": _LATER}}


def _unjudged(case: Case, identity: str) -> dict[str, Any]:
    frame = _frame(case, identity, "no action", Policy())
    return frame | {"is_skipped": True, "milter": _milter(unscanned_headers(case.fault))}


def _frame(case: Case | None, identity: str, action: str, policy: Policy) -> dict[str, Any]:
    return {
        "is_skipped": False,
        "score": 0.0,
        "required_score": required(policy),
        "action": action,
        "thresholds": thresholds(policy),
        "symbols": {},
        "messages": {},
        "urls": [],
        "emails": [],
        "message-id": identity,
        "reference": case.reference if case else "",
        "time_real": case.seconds.get("scan", 0.0) if case else 0.0,
    }


def required(policy: Policy) -> float:
    """Points of the strictest action, which rspamd calls so."""
    return policy.tag_at if policy.reject_at is None else policy.reject_at


def thresholds(policy: Policy) -> dict[str, float]:
    """Points from which a message gets an action."""
    marked = policy.tag_at if policy.hold_at is None else min(policy.tag_at, policy.hold_at)
    refused = {} if policy.reject_at is None else {"reject": policy.reject_at}
    return {**refused, "add header": marked}


def _symbols(hits: tuple[Hit, ...]) -> dict[str, dict[str, Any]]:
    return {hit.symbol: _symbol(hit) for hit in hits}


def _symbol(hit: Hit) -> dict[str, Any]:
    found: dict[str, Any] = {"name": hit.symbol, "score": hit.points, "metric_score": hit.points}
    if hit.symbol in MEANINGS:
        found["description"] = MEANINGS[hit.symbol]
    if hit.detail:
        found["options"] = [storable(hit.detail)]
    return found


def _milter(headers: bytes) -> dict[str, Any]:
    """Fields of ours for a mail server to put on top; folded lines end in LF, as in the milter protocol."""
    added = {}
    for field in headers.decode("ascii").replace("\r\n\t", "\n\t").split("\r\n")[:-1]:
        name, _, value = field.partition(": ")
        added[name] = {"value": value, "order": 0}
    return {"add_headers": added, "remove_headers": dict.fromkeys(FORGED, 0)}


def described() -> list[dict[str, Any]]:
    """`/symbols`: the catalogue of rules by their groups."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for symbol, group, points, meaning in _catalogue():
        row = {"symbol": symbol, "weight": points, "description": meaning, "frequency": 0.0, "time": 0.0}
        groups.setdefault(group, []).append(row)
    return [{"group": group, "rules": rows} for group, rows in groups.items()]


def _catalogue() -> list[tuple[str, str, float, str]]:
    plain = [(rule.symbol, rule.group, rule.points, rule.meaning) for rule in RULES]
    return plain + [(one.symbol, "composites", one.points, one.meaning) for one in COMPOSITES]
