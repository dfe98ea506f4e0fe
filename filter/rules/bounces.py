"""Rules on reports that mail could not be delivered (RFC 3464), true ones and pretended ones."""

import re

from filter.rules.domains import site
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule, Speaks
from filter.rules.text_cues import quote

_REPORT = re.compile(rb"multipart/report\b", re.I)
_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s{0,5}<[^<>@\s]{1,200}@([\w.-]{1,253})>")
_ANSWER = re.compile(r"\s*(?:re|aw|fwd?|sv|antw|tr|rv|enc|res|wg)\s*:", re.I)


def _is_report(evidence: Evidence) -> bool:
    if _REPORT.match(evidence.fields.get("content-type", b"")):
        return True
    return any(part.content_type == "message/delivery-status" for part in evidence.message.parts[:10])


def _sender(evidence: Evidence) -> bytes | None:
    """The envelope sender, from the client or from Return-Path; None if nobody says."""
    if evidence.envelope.sender is not None:
        return evidence.envelope.sender
    path = evidence.fields.get("return-path")
    return None if path is None else path.strip(b"<> ")


def genuine(evidence: Evidence) -> str | None:
    """Comes from nobody, as a report; and where our domains are known, on a message of ours."""
    if _sender(evidence) != b"" or not _is_report(evidence):
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
    if _sender(evidence) == b"" or _is_report(evidence) or _ANSWER.match(evidence.message.subject):
        return None
    words = quote("bounce", evidence.folded[:300])
    return f'says "{words}"' if words else None


ROWS: tuple[Rule, ...] = (
    Rule("AUTO_BOUNCE_GENUINE", "lists", -1.0, "a delivery report of the right form", genuine, Speaks.HAM),
    Rule("AUTO_BOUNCE_FAKE", "lists", 1.5, "pretends that mail could not be delivered", fake, needs="lures"),
)
