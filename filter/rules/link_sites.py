"""Rules on whether links lead to the sender's own site."""

from filter.rules.evidence import Evidence
from filter.rules.freemail import is_freemail
from filter.rules.rule import Rule, Speaks


def none_aligned(evidence: Evidence) -> str | None:
    """An HTML page of which nothing lies on the sender's domain, nor does a mail service or list vouch for it."""
    elsewhere = min(evidence.link_sites, default="nowhere")
    return f"comes from {evidence.own_site[:40]}, leads to {elsewhere[:50]} only"


def none_aligned_http(evidence: Evidence) -> str | None:
    """Such a page with an unencrypted link, which nobody has needed since certificates cost nothing."""
    if evidence.date is None or evidence.date.year < 2018:
        return None
    link = next((link for link in evidence.clickable if link.url.scheme == "http"), None)
    return f"unencrypted link to {link.url.host[:60]}" if link is not None else None


def aligned_with_sender(evidence: Evidence) -> str | None:
    """Most links go to the sender's own domain."""
    own = evidence.own_site
    if not own or is_freemail(own) or not evidence.clickable:
        return None
    aligned = [link.site for link in evidence.clickable].count(own)
    return (
        f"{aligned} of {len(evidence.clickable)} links go to {own[:60]}"
        if aligned * 2 > len(evidence.clickable)
        else None
    )


ROWS: tuple[Rule, ...] = (
    Rule(
        "URL_NONE_ALIGNED",
        "links",
        2.0,
        "HTML alone, and nothing in it on the sender's domain",
        none_aligned,
        needs="is_foreign_page",
    ),
    Rule(
        "URL_NONE_ALIGNED_HTTP",
        "links",
        1.2,
        "such a page, and a link is not encrypted",
        none_aligned_http,
        needs="is_foreign_page",
    ),
    Rule(
        "URL_ALIGNED_WITH_SENDER",
        "links",
        -0.5,
        "most links go to the sender's own domain",
        aligned_with_sender,
        Speaks.HAM,
        needs="web_links",
    ),
)
