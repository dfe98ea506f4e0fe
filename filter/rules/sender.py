"""Rules on the addresses a message comes from and answers go to."""

import itertools

from filter.rules.domains import site
from filter.rules.evidence import Evidence
from filter.rules.freemail import is_freemail
from filter.rules.letters import looks_random
from filter.rules.rule import Rule, Speaks

_NEAR = 5
"""Letters that a domain needs before one other letter makes it a near-spelling."""


def local_part_random(evidence: Evidence) -> str | None:
    """The local part looks made by a machine."""
    local = evidence.sender.local.lower()
    if len(local) > 25 or not evidence.sender.domain:
        return None
    turns = sum(a.isdigit() != b.isdigit() for a, b in itertools.pairwise(local))
    return f"from {local}@" if turns >= 3 and looks_random(local) else None


def domain_random(evidence: Evidence) -> str | None:
    """The registered domain looks made by a machine."""
    domain = evidence.own_site
    label = domain.partition(".")[0]
    return f"from {domain[:60]}" if not label.startswith("xn--") and looks_random(label) else None


def envelope_differs(evidence: Evidence) -> str | None:
    """From and the envelope sender are of different domains; services that send for others do it so, too."""
    sender = (evidence.envelope.sender or b"")[:320].decode("utf-8", "replace")
    bounces = site(sender.rpartition("@")[2].lower())
    own = evidence.own_site
    return f"From {own}, bounces to {bounces}"[:100] if bounces and own and bounces != own else None


def reply_to_freemail(evidence: Evidence) -> str | None:
    """Answers go to a free mailbox other than the sender's."""
    if "reply-to" not in evidence.fields:
        return None
    reply, sender = evidence.reply_to.domain, evidence.sender
    if not is_freemail(reply) or (sender.domain == reply and sender.local.lower() == evidence.reply_to.local.lower()):
        return None
    if evidence.is_list or not sender.site:
        return None
    if not is_freemail(sender.domain) and sender.site in {box.site for box in evidence.recipients[:5]}:
        return None  # the form of a web site sends what a visitor wrote to its owner
    return f"from {sender.site}, answers go to {reply}"[:100]


def reply_to_lookalike(evidence: Evidence) -> str | None:
    """Answers go to a domain that is spelled almost like the sender's."""
    if "reply-to" not in evidence.fields:
        return None
    reply, own = evidence.reply_to.site, evidence.own_site
    if not reply or not own or reply == own:
        return None
    there, here = reply.partition(".")[0], own.partition(".")[0]
    if there == here or min(len(there), len(here)) < _NEAR or not _one_edit_apart(there, here):
        return None
    return f"from {own}, answers go to {reply}"[:100]


def _one_edit_apart(a: str, b: str) -> bool:
    """One letter is other, more or less, or two neighbours have changed places."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[start:] == b[start + 1 :]
    swapped = a[start : start + 2] == b[start : start + 2][::-1] and a[start + 2 :] == b[start + 2 :]
    return swapped or a[start + 1 :] == b[start + 1 :]


def reply_to_elsewhere(evidence: Evidence) -> str | None:
    """Answers go to another domain; newsletters and help desks do it so, too."""
    if "reply-to" not in evidence.fields:
        return None
    reply, own = evidence.reply_to.site, evidence.own_site
    if not reply or not own or reply == own or evidence.is_list or is_freemail(evidence.reply_to.domain):
        return None
    return f"from {own}, answers go to {reply}"[:100]


ROWS: tuple[Rule, ...] = (
    Rule(
        "FROM_LOCALPART_RANDOM",
        "sender",
        0.5,
        "the sender's local part looks made up",
        local_part_random,
        needs="local_is_odd",
    ),
    Rule("FROM_DOMAIN_RANDOM", "sender", 2.0, "the sender's domain looks made up", domain_random, needs="site_is_long"),
    Rule(
        "FROM_ENVELOPE_DIFFERS",
        "sender",
        0.0,
        "From and the envelope sender are of different domains",
        envelope_differs,
        Speaks.EITHER,
        needs="envelope_given",
    ),
    Rule(
        "REPLYTO_OTHER_FREEMAIL",
        "sender",
        2.0,
        "answers go to another, free mailbox",
        reply_to_freemail,
        needs="answers_elsewhere",
    ),
    Rule(
        "REPLYTO_LOOKALIKE_DOMAIN",
        "sender",
        3.5,
        "answers go to a near-spelling of the sender's domain",
        reply_to_lookalike,
        needs="answers_elsewhere",
    ),
    Rule(
        "REPLYTO_OTHER_DOMAIN",
        "sender",
        0.3,
        "answers go to another domain",
        reply_to_elsewhere,
        needs="answers_elsewhere",
    ),
)
