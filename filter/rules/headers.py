"""Rules on which header fields are there and how they are written (RFC 5322 section 3.6, RFC 2047)."""

import re

from filter.limits import Fact
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule, Speaks

_SINGLETONS = frozenset(
    {"date", "from", "sender", "reply-to", "to", "cc", "message-id", "in-reply-to", "references", "subject"}
)
_ENCODED_WORD = re.compile(rb"=\?[!-~]{1,64}\?[BbQq]\?")
_PLAIN_BASE64 = re.compile(rb"=\?(?:utf-8|us-ascii|iso-8859-1)\?[Bb]\?", re.I)
_TEMPLATE = re.compile(
    r"\{\{ ?[\w.#]{2,30} ?\}\}|%%?[A-Za-z_]{3,25}%%?|\[%[^\]%]{1,30}%\]|\$\{[\w.]{2,30}\}|\*\|[A-Z_0-9:]{2,30}\|\*|"
    r"\[(?:FIRST|LAST|FULL)?_?-?(?:NAME|EMAIL)\]|\[\[[a-z_]{3,25}\]\]|#\{[\w.]{2,30}\}|\{(?:first|last|user|full)?_?name\}|"
    r"\(_[A-Z_]{4,30}_\)|##[a-z_]{3,25}##|\[-[a-z_]{3,25}-\]|\{%[^{}%]{2,30}%\}",
    re.I,
)  # fmt: skip
_SCRIPTS = re.compile(
    rb"php|swift ?mailer|mime::lite|smart_send|mail::sender|net::smtp|libwww|leaf ?mailer|nodemailer|perl|python"
)
_MARKS_OF_EXPRESS = frozenset({"x-mimeole", "list-id", "x-mailman-version", "precedence"})
_SCRIPT_FIELDS = frozenset({"x-php-originating-script", "x-php-script", "x-source-args"})


def missing_from(evidence: Evidence) -> str | None:
    """No From field at all."""
    return None if "from" in evidence.fields else "no From field"


def missing_date(evidence: Evidence) -> str | None:
    """No Date field."""
    return None if "date" in evidence.fields else "no Date field"


def missing_message_id(evidence: Evidence) -> str | None:
    """No Message-ID, which every mail program writes (RFC 5322 section 3.6.4), if not all that report a bounce."""
    return None if evidence.fields.get("message-id") or evidence.is_report else "no Message-ID"


def missing_to(evidence: Evidence) -> str | None:
    """Neither To nor Cc."""
    fields = evidence.fields
    return None if "to" in fields or "cc" in fields else "neither To nor Cc"


def duplicate_singleton(evidence: Evidence) -> str | None:
    """A field that may stand once stands twice, with different values."""
    repeated = sorted(name for name in _SINGLETONS & evidence.repeated if len(set(evidence.values(name))) > 1)
    return f"more than one {', '.join(repeated)}" if repeated else None


def several_authors(evidence: Evidence) -> str | None:
    """From lists several addresses, without the Sender that would then be due (RFC 5322 section 3.6.2)."""
    if "sender" in evidence.fields:
        return None
    sites = {box.site for box in evidence.authors if box.domain}
    return f"From names {' and '.join(sorted(sites))}"[:100] if len(sites) > 1 else None


def raw_8bit(evidence: Evidence) -> str | None:
    """Bytes beyond ASCII that no encoded-word carries."""
    fields = evidence.fields
    raw = (name for name in ("subject", "from", "reply-to", "to") if name in fields and not fields[name].isascii())
    return next((f"raw 8-bit characters in {name.title()}" for name in raw), None)


def needless_encoding(evidence: Evidence) -> str | None:
    """Base64 wraps a name or subject of nothing but ASCII letters and digits."""
    for name in ("from", "subject"):
        value = evidence.fields.get(name, b"")
        if b"=?" in value and _PLAIN_BASE64.search(value):
            text = evidence.shown_name if name == "from" else evidence.message.subject
            if text and text.isascii() and len(value) < 1000:
                return f"base64 hides plain ASCII in {name.title()}"
    return None


def bad_encoded_word(evidence: Evidence) -> str | None:
    """An encoded-word that cannot be decoded, so that its reader sees the code."""
    if Fact.BAD_ENCODED_WORD in evidence.message.facts and "\ufffd" in evidence.message.subject:
        return "a broken encoded-word in Subject"
    if "=?" in evidence.shown_name and _ENCODED_WORD.search(evidence.shown_name.encode()):
        return "a broken encoded-word in From"
    if "=?" in evidence.subject and _ENCODED_WORD.search(evidence.subject.encode()):
        return "a broken encoded-word in Subject"
    return None


def unresolved_template(evidence: Evidence) -> str | None:
    """A placeholder of a mail merge that nobody filled in."""
    texts = evidence.subject, evidence.shown_name, evidence.fields.get("to", b"")[:200].decode("latin-1")
    return next((f"placeholder {match[0]}" for match in map(_TEMPLATE.search, texts) if match is not None), None)


def written_by_script(evidence: Evidence) -> str | None:
    """A web script or a library sent it: shops do, and so do broken-in web sites."""
    fields = evidence.fields
    mailer = fields.get("x-mailer", b"")[:100]
    if mailer and _SCRIPTS.search(mailer.lower()):
        return f"X-Mailer: {mailer.decode('ascii', 'replace')[:60]}"
    found = _SCRIPT_FIELDS & fields.keys()
    return f"has {min(found)}" if found else None


def outdated_mailer(evidence: Evidence) -> str | None:
    """Claims a mail program without the program's own marks, which a list may have taken off."""
    mailer = (evidence.fields.get("x-mailer") or evidence.fields.get("user-agent", b""))[:100].lower()
    if not mailer:
        return None
    is_express = b"outlook express" in mailer or b"windows mail 6" in mailer
    if is_express and _MARKS_OF_EXPRESS.isdisjoint(evidence.fields):
        return "claims Outlook Express, lacks its X-MimeOLE"
    if b"iphone mail" in mailer and b"(1.0)" not in evidence.fields.get("mime-version", b"(1.0)"):
        return "claims an iPhone, lacks its MIME-Version"
    return None


def urgent_stranger(evidence: Evidence) -> str | None:
    """Marked as of the highest priority, though it answers nothing and comes from no list."""
    fields = evidence.fields
    marked = fields.get("x-priority", b"").startswith(b"1") or fields.get("x-msmail-priority", b"").lower() == b"high"
    return "highest priority, answers nothing" if marked and not evidence.is_reply and not evidence.is_list else None


ROWS: tuple[Rule, ...] = (
    Rule("HDR_MISSING_FROM", "headers", 2.0, "no From field", missing_from, needs="lacks_fields"),
    Rule("HDR_MISSING_DATE", "headers", 1.0, "no Date field", missing_date, needs="lacks_fields"),
    Rule("HDR_MISSING_MSGID", "headers", 0.5, "no Message-ID", missing_message_id, needs="lacks_fields"),
    Rule("HDR_MISSING_TO", "headers", 0.3, "neither To nor Cc", missing_to, needs="lacks_fields"),
    Rule(
        "HDR_DUPLICATE_SINGLETON",
        "headers",
        1.0,
        "a field that may stand once stands twice",
        duplicate_singleton,
        needs="repeated",
    ),
    Rule(
        "HDR_MULTIPLE_FROM_ADDR",
        "headers",
        1.5,
        "From names addresses of several domains",
        several_authors,
        needs="from_is_odd",
    ),
    Rule(
        "HDR_RAW_8BIT",
        "headers",
        1.5,
        "raw 8-bit characters in From, To or Subject",
        raw_8bit,
        needs="has_coded_fields",
    ),
    Rule(
        "HDR_NEEDLESS_ENCODING",
        "headers",
        0.3,
        "base64 wraps a plain ASCII name or subject",
        needless_encoding,
        needs="has_coded_fields",
    ),
    Rule(
        "HDR_BAD_ENCODED_WORD",
        "headers",
        1.0,
        "an encoded-word that cannot be decoded",
        bad_encoded_word,
        needs="has_coded_fields",
    ),
    Rule(
        "HDR_UNRESOLVED_TEMPLATE",
        "headers",
        2.8,
        "a placeholder that nobody filled in",
        unresolved_template,
        needs="may_be_template",
    ),
    Rule(
        "MAILER_SCRIPT",
        "headers",
        0.0,
        "a web script or a mail library sent it",
        written_by_script,
        Speaks.EITHER,
        needs="mailer",
    ),
    Rule(
        "MAILER_FORGED",
        "headers",
        2.0,
        "claims a mail program that it cannot come from",
        outdated_mailer,
        needs="mailer",
    ),
    Rule(
        "PRIORITY_URGENT_STRANGER",
        "headers",
        0.7,
        "highest priority, though it answers nothing",
        urgent_stranger,
        needs="priority",
    ),
)
