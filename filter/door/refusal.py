"""The text of a refusal: why in a word, by which reference, whom to ask, and what to do.

Nothing of the message is quoted: words are ours, and rules are named by their meaning in the catalogue.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from filter.policy import Policy
from filter.reply import Reply
from filter.rules.catalogue import RULES
from filter.rules.meanings import MEANINGS
from filter.verdict import Hit, Verdict, two_decimals

NAMED = 4
"""So many facts a full refusal names."""
_LONGEST = 480
"""Octets of a line's text: with code and status less than the 512 of RFC 5321 section 4.5.3.1.5."""
_WEIGHTY = 0.25
"""A part of the message is named beside the weightiest one if it brought at least this share of its points."""

# What a sender can look at, by the group of a rule or the field of the model.
_PARTS: Mapping[str, str] = {
    "text": "words", "body": "words", "NB_WORDS": "words", "NB_LANGUAGE": "words", "NB_SHAPE": "words",
    "subject": "subject", "NB_SUBJECT": "subject",
    "links": "links", "NB_URLS": "links",
    "sender": "sender", "lists": "sender", "NB_NAME": "sender", "NB_FROM": "sender", "NB_RECEIVED": "sender",
    "headers": "header fields", "NB_MAILER": "header fields", "NB_STRUCTURE": "header fields",
    "html": "HTML", "NB_MARKUP": "HTML", "NB_MIME": "HTML",
    "attachments": "attachments",
    "DENY_LISTED": "sender",
}  # fmt: skip
_GROUPS = {rule.symbol: rule.group for rule in RULES}
_MODEL = "like known spam in its {}"


def refusal(verdict: Verdict, policy: Policy, reference: str) -> Reply:
    """550 5.7.1 (RFC 3463 section 3.8) for a message that reaches `policy.reject_at`."""
    parts = _parts(verdict.hits)
    because = f" for its {_listed(parts)}" if parts else ""
    ask = f"contact {_contact(policy)} and quote the reference"
    if policy.detail == "neutral":
        return Reply.of(550, "5.7.1", f"Message refused as spam [ref {reference}]{because}; if it is not, {ask}")
    required = "" if policy.reject_at is None else f", refused from {policy.reject_at:g}"
    lines = [f"Message refused as spam [ref {reference}]{because} ({two_decimals(verdict.score)} points{required})"]
    lines += [f"- {fact}" for fact in _facts(verdict.hits)]
    lines += [f"Change what is named and send it again; if it is no spam, {ask}"]
    return Reply(550, "5.7.1", tuple(line[:_LONGEST].encode("ascii", "replace") for line in lines))


def _parts(hits: Iterable[Hit]) -> list[str]:
    """The parts of the message that spoke for spam, the weightiest first, three at most."""
    points: dict[str, float] = defaultdict(float)
    for hit in hits:
        part = _part(hit.symbol)
        if part:
            points[part] += hit.points
    ordered = sorted(points, key=lambda part: -points[part])
    return [part for part in ordered if points[part] > max(0.0, _WEIGHTY * points[ordered[0]])][:3]


def _part(symbol: str) -> str:
    return _PARTS.get(_GROUPS.get(symbol, symbol), "")


def _facts(hits: Iterable[Hit]) -> list[str]:
    """What counted most for spam, in words; rules of the operator's own are not told."""
    weighty = sorted((hit for hit in hits if hit.points > 0.0), key=lambda hit: -hit.points)
    told = dict.fromkeys(filter(None, (_fact(hit.symbol) for hit in weighty)))
    return list(told)[:NAMED]


def _fact(symbol: str) -> str:
    if symbol in MEANINGS:
        return MEANINGS[symbol]
    part = _PARTS.get(symbol, "") if symbol.startswith("NB_") else ""
    return _MODEL.format(part) if part else ""


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _contact(policy: Policy) -> str:
    return policy.contact or "postmaster of this site"
