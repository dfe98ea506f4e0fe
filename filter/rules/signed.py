"""Rules on signed, encrypted and technical content: structure that few spammers bother with."""

from filter.rules.evidence import Evidence
from filter.rules.rule import Rule, Speaks

_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_ENVELOPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_PATCH_LINES = ("\ndiff -", "\n@@ -", "\n*** 1,")
_BEGINNING = 6_000
_SMALLEST = 64
_MANY_WORDS = 20


def signed(evidence: Evidence) -> str | None:
    """A detached signature of plausible size, a sealed envelope or signed text; nobody checks it here."""
    for part in evidence.message.parts[:20] if evidence.is_compound else ():
        if part.content_type in _SIGNATURES and len(part.body) >= _SMALLEST:
            return f"has {part.content_type}"
        if part.content_type in _ENVELOPES and not evidence.message.has_html:
            return f"is {part.content_type}"
    text = evidence.message.text
    if "-----BEGIN PGP " in text and "\n-----END PGP " in text and not evidence.message.has_html:
        return "has a PGP block"
    return None


def encrypted_plus_html(evidence: Evidence) -> str | None:
    """Says that it is encrypted, but shows a readable page with links elsewhere."""
    message = evidence.message
    claims = (
        evidence.fields.get("content-type", b"")[:40]
        .lower()
        .startswith((b"multipart/encrypted", b"application/pkcs7-mime"))
    )
    if not claims and not any(part.content_type in _ENVELOPES for part in message.parts[:20]):
        return None
    shows = message.has_html and evidence.leads_away and evidence.words >= _MANY_WORDS
    return "claims encryption, shows a page" if shows else None


def code_or_patch(evidence: Evidence) -> str | None:
    """A change to a program's source."""
    text = evidence.text[:_BEGINNING]
    line = next((line for line in _PATCH_LINES if line in text), None)
    return f'has a line that begins with "{line.strip()}"' if line else None


ROWS: tuple[Rule, ...] = (
    Rule("SIGNED_OR_ENCRYPTED", "lists", -0.5, "has the form of signed or encrypted mail", signed, Speaks.HAM),
    Rule(
        "ENCRYPTED_PLUS_HTML",
        "lists",
        2.0,
        "claims encryption, but shows a page with links elsewhere",
        encrypted_plus_html,
        needs="tags",
    ),
    Rule(
        "CODE_OR_PATCH_TEXT", "lists", -0.5, "holds a change to source code", code_or_patch, Speaks.HAM, needs="is_list"
    ),
)
