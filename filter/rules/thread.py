"""Rules on what a message answers (RFC 5322 section 3.6.4): genuine threads and claimed ones."""

import re

from filter.rules.cues import CueSet
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule, Speaks

_QUOTE = CueSet(
    {
        "quote": r"(?m)^[ \t]*[>|]|wrote:|writes:|schrieb|écrit|escribió|escreveu|ha scritto|schreef"
        r"|-----\s*(?:original|urspr)|^(?:from|von|de|da|van|subject|betreff|objet|assunto|asunto|oggetto): ?\S"
        r"|forwarded message|weitergeleitete|mensagem encaminhada|message transféré"
    }
)
_BEGINNING = 3000
_REFERENCE = re.compile(rb"<[^<>@\s]{1,300}@[^<>@\s]{1,255}>")


def fake_reply(evidence: Evidence) -> str | None:
    """Says that it answers or forwards, but refers to nothing and quotes nothing."""
    if evidence.refers or evidence.is_list:
        return None
    if "thread-index" in evidence.fields or _quotes(evidence):
        return None
    return f"{evidence.subject.strip()[:40]}: no reference, no quote"


def genuine_reply(evidence: Evidence) -> str | None:
    """Refers to a message as mail programs do, and quotes what it answers."""
    if not evidence.is_reply:
        return None
    fields = evidence.fields
    refers = _REFERENCE.search((fields.get("in-reply-to") or fields.get("references", b""))[:1000])
    return "an answer with its quote" if refers and _quotes(evidence) else None


def _quotes(evidence: Evidence) -> bool:
    text = evidence.message.text[:_BEGINNING]
    return "\n>" in text or bool(_QUOTE.matches(text))


ROWS: tuple[Rule, ...] = (
    Rule(
        "THREAD_FAKE_REPLY",
        "headers",
        1.0,
        "says it is a reply, but refers to and quotes nothing",
        fake_reply,
        needs="follows",
    ),
    Rule(
        "THREAD_GENUINE_REPLY",
        "headers",
        -1.0,
        "refers to a message and quotes it",
        genuine_reply,
        Speaks.HAM,
        needs="follows",
    ),
)
