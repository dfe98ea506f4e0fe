"""Rules on reports that mail could not be delivered (RFC 3464), true ones and pretended ones."""

import re

from filter.rules.domains import site
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule, Speaks
from filter.rules.text_cues import quote

_REPORT = "message/delivery-status"
_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s{0,5}<[^<>@\s]{1,200}@([\w.-]{1,253})>")


def genuine(evidence: Evidence) -> str | None:
    """Comes from nobody, with a report for machines; and where our domains are known, on a message of ours."""
    if evidence.bounces_to != b"" or not any(part.content_type == _REPORT for part in evidence.message.parts[:10]):
        return None
    own = evidence.settings.own_domains
    if own and not any(
        site(match[1].decode("ascii", "replace").lower()) in own
        for part in evidence.message.parts[:10]
        for match in _MESSAGE_ID.finditer(part.body[:20_000])
    ):
        return None
    return "a delivery report from the null sender"


def fake(evidence: Evidence) -> str | None:
    """Speaks like a bounce, but comes from somebody, is no report and wants a click."""
    if "bounce" not in evidence.text_cues or evidence.is_reply or evidence.is_list or not evidence.leads_away:
        return None
    if evidence.is_report or evidence.follows:
        return None
    words = quote("bounce", evidence.folded[:300])
    return f'says "{words}"' if words else None


ROWS: tuple[Rule, ...] = (
    Rule(
        "AUTO_BOUNCE_GENUINE",
        "lists",
        -1.0,
        "a delivery report of the right form",
        genuine,
        Speaks.HAM,
        needs="is_report",
    ),
    Rule("AUTO_BOUNCE_FAKE", "lists", 2.0, "pretends that mail could not be delivered", fake, needs="lures"),
)
