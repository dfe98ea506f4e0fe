"""Rules on DKIM signatures that should be there (RFC 6376). What stands in one is not verified here, only read."""

import re

from filter.rules.domains import site
from filter.rules.evidence import Evidence
from filter.rules.freemail import is_freemail
from filter.rules.rule import Rule

_DOMAIN = re.compile(rb"(?:^|;)\s*d\s*=\s*([^;\s]{1,255})")
_PROVIDERS = re.compile(
    r"(?:g|google)mail\.com|(?:outlook|hotmail|live|msn)\.(?:com|co\.uk|de|fr|it|es|nl|com\.br)|yahoo\.(?:com|co\.uk|de|fr|it|es)|"
    r"ymail\.com|aol\.com|icloud\.com|me\.com|proton\.me|protonmail\.com|gmx\.(?:de|net|at|ch|com)|web\.de"
)


def _signed_for(evidence: Evidence, domain: str) -> bool:
    for value in evidence.values("dkim-signature")[:10]:
        match = _DOMAIN.search(value[:2000])
        if match is not None and site(match[1].decode("ascii", "replace").lower()) == domain:
            return True
    return False


def nothing_signed(evidence: Evidence) -> str | None:
    """No DKIM signature, years after large receivers began to ask for one."""
    if "dkim-signature" in evidence.fields or not evidence.sender.domain or evidence.is_report:
        return None
    return "no DKIM signature"


def provider_unsigned(evidence: Evidence) -> str | None:
    """From a large mailbox provider, but without the signature that it puts under all of its mail."""
    domain = evidence.sender.domain
    if not _PROVIDERS.fullmatch(domain) or _signed_for(evidence, site(domain)):
        return None
    return f"from {domain}, not signed by it"


def brand_unsigned(evidence: Evidence) -> str | None:
    """From a domain of a protected brand, but without a signature of that domain."""
    own = evidence.own_site
    if own not in evidence.settings.brand_domains or is_freemail(own):
        return None
    return None if _signed_for(evidence, own) else f"from {own[:60]}, not signed by it"


ROWS: tuple[Rule, ...] = (
    Rule("DKIM_ABSENT", "headers", 0.5, "no DKIM signature", nothing_signed, needs="is_of_today"),
    Rule(
        "DKIM_PROVIDER_UNSIGNED",
        "headers",
        2.0,
        "a large provider's address without its signature",
        provider_unsigned,
        needs="is_of_today",
    ),
    Rule(
        "DKIM_BRAND_UNSIGNED",
        "headers",
        3.0,
        "a brand's own domain without its signature",
        brand_unsigned,
        needs="is_of_today",
    ),
)
