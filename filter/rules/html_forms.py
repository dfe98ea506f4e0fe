"""Rules on HTML that acts: forms, scripts, redirects and documents in links."""

import re

from filter.rules.cues import CueSet
from filter.rules.domains import site
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule

_DECODERS = CueSet(
    {
        "decoder": r"fromcharcode|\bunescape\s{0,5}\(|\batob\s{0,5}\(|\beval\s{0,5}\("
        r"|document\.write\s{0,5}\(\s{0,5}\w{1,20}\s{0,5}\("
    }
)
_DOCUMENT = re.compile(r"\s*data:\s*(?:text/html|image/svg|application/xhtml|text/xml|application/javascript)", re.I)
_BASE = re.compile(r"<base [^<>]{0,200}href\s{0,3}=\s{0,3}[\"']?\s{0,3}https?://([\w.-]{1,253})")
_SECRET = re.compile(
    r"<input[^<>]{0,300}(?:type\s{0,3}=\s{0,3}[\"']?(password)"
    r"|name\s{0,3}=\s{0,3}[\"']?(card_?num|cc_?num|cardnumber|creditcard|cvv|cvc2?|ssn)\b)"
)
_REFRESH = re.compile(r"<meta[^<>]{0,200}http-equiv\s{0,3}=\s{0,3}[\"']?refresh[^<>]{0,200}url\s{0,3}=")
_HANDLERS = (" onload=", " onerror=", " onmouseover=", " onfocus=")


def form(evidence: Evidence) -> str | None:
    """A form in the mail itself asks for a password or a card."""
    match = _SECRET.search(evidence.markup) if "input" in evidence.elements else None
    return f"a form with a field {(match[1] or match[2])[:30]}" if match is not None else None


def script(evidence: Evidence) -> str | None:
    """A script in the mail decodes something."""
    markup = evidence.markup
    sources = [markup] if " on" in markup and any(handler in markup for handler in _HANDLERS) else []
    if "script" in evidence.elements:
        pages = (part for part in evidence.message.parts[:20] if part.content_type == "text/html")
        sources += [page.body[:65_536].decode("latin-1") for page in pages]
    found = next((source for source in sources if _DECODERS.matches(source)), None)
    return f"a script with {_DECODERS.quote('decoder', found, 30).rstrip(' (')}" if found is not None else None


def meta_refresh(evidence: Evidence) -> str | None:
    """The page sends its reader on by itself."""
    if "refresh" not in evidence.markup:
        return None
    return "the page leads on by itself" if _REFRESH.search(evidence.markup) else None


def data_document(evidence: Evidence) -> str | None:
    """A link carries a whole document."""
    if "ata:" not in evidence.link_text and "ATA:" not in evidence.link_text:
        return None
    for link in evidence.message.links[:200]:
        if (
            link.tag != "img"
            and link.target[:20].lstrip()[:5].lower() == "data:"
            and _DOCUMENT.match(link.target[:100])
        ):
            return f"a link holds a document of {len(link.target)} characters"
    return None


def base_rebase(evidence: Evidence) -> str | None:
    """Relative links go to a host that only the base element names, and that is not the sender's."""
    match = _BASE.search(evidence.markup) if "base" in evidence.elements else None
    if match is None or site(match[1].lower()) == evidence.own_site:
        return None
    relative = any(link.target and not link.target.startswith("#") and ":" not in link.target[:12]
                   for link in evidence.message.links[:200] if link.tag == "a")  # fmt: skip
    return f"links are relative to {match[1][:60]}" if relative else None


ROWS: tuple[Rule, ...] = (
    Rule("HTML_FORM_IN_MAIL", "html", 4.5, "a form in the mail asks for a password or card", form, needs="tags"),
    Rule("HTML_SCRIPT_PRESENT", "html", 2.8, "a script in the mail decodes something", script, needs="tags"),
    Rule("HTML_META_REFRESH", "html", 4.2, "the page leads its reader on by itself", meta_refresh, needs="tags"),
    Rule("HTML_DATA_URI_DOCUMENT", "html", 4.5, "a link carries a whole document", data_document, needs="tags"),
    Rule(
        "HTML_BASE_TAG_REBASE",
        "html",
        1.0,
        "relative links go where only a base element says",
        base_rebase,
        needs="tags",
    ),
)
