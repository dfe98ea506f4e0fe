"""Rules on the subject line."""

import re

from filter.envelope import Envelope
from filter.message import Message

_REPLY = re.compile(r"\s*(?:re|aw|sv|antw)\s*:", re.I)
_QUOTE = re.compile(r"^[ \t]*(?:>|\|)|wrote:|schrieb|écrit|-----\s*original", re.I | re.M)


def fake_reply(message: Message, _: Envelope) -> str | None:
    """Says it is a reply, but refers to no message and quotes nothing."""
    if not _REPLY.match(message.subject) or message.has("in-reply-to") or message.has("references"):
        return None
    return None if _QUOTE.search(message.text[:20000]) else "a reply to nothing"
