"""Rules on the subject line."""

import re

from filter.rules.evidence import Evidence

_REPLY = re.compile(r"\s*(?:re|aw|sv|antw)\s*:", re.I)
_QUOTE = re.compile(r"^[ \t]*(?:>|\|)|wrote:|schrieb|écrit|-----\s*original", re.I | re.M)


def fake_reply(evidence: Evidence) -> str | None:
    """Says it is a reply, but refers to no message and quotes nothing."""
    if (
        not _REPLY.match(evidence.message.subject)
        or evidence.message.has("in-reply-to")
        or evidence.message.has("references")
    ):
        return None
    return None if _QUOTE.search(evidence.message.text[:20000]) else "a reply to nothing"
