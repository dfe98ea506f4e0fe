"""Rules on the hosts that links lead to."""

import re
from itertools import islice

from filter.rules import scripts
from filter.rules.domains import is_address
from filter.rules.evidence import Evidence, WebLink
from filter.rules.link_cues import WORDING
from filter.rules.link_lists import ABUSED_TLDS, FREE_HOSTS, FREE_PLACES, PLACE_HOSTS, SHORTENER_OWNERS, SHORTENERS
from filter.rules.rule import Rule

_MOST = 200
_SHORT = 60
_VOWELS = re.compile(r"[aeiouy]")
_TURNS = re.compile(r"[a-z]\d|\d[a-z]")
_TOKENS = re.compile(r"[.-]")
_INSIDE = re.compile(r"(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+$")
_SPELLED = re.compile(r"(?:^|[.-])(?:\d{1,3}[.-]){4}[a-z]")
_ODD = re.compile(r"xn--|[01357]|rn|vv")


def host_is_ip(evidence: Evidence) -> str | None:
    """A link leads to a bare address; a host that ends in a number is one too (WHATWG URL section 3.5).

    Addresses inside a house (RFC 1918) are those of its printers and servers.
    """
    for host in evidence.link_hosts:
        if _INSIDE.match(host):
            continue
        if is_address(host) or host.rpartition(".")[2].isdigit():
            return f"link to {host[:80]}"
    return None


def host_spells_ip(evidence: Evidence) -> str | None:
    """A host name that a provider gives to an address, which nobody wants to be known by."""
    for host in islice(evidence.link_hosts, _MOST):
        if _SPELLED.search(host[:100]) and not is_address(host):
            return f"link to {host[:80]}"
    return None


def _foreign_hosts(evidence: Evidence) -> dict[str, WebLink]:
    """Hosts that are no part of the sender's domain, each with a link."""
    return {link.url.host: link for link in islice(evidence.web_links, _MOST) if link.site != evidence.sender.site}


def host_mixed_script(evidence: Evidence) -> str | None:
    """A label of a host mixes look-alike alphabets."""
    for link in islice(evidence.web_links, _MOST):
        host = link.url.host
        if host.isascii() and "xn--" not in host:
            continue
        for label in host[:253].split("."):
            seen = scripts.decoded(label)
            if scripts.mixes_scripts(seen):
                return f"link to {seen[:60]}, which mixes alphabets"
    return None


def host_skeleton_brand(evidence: Evidence) -> str | None:
    """A host looks like a protected name, but is spelled otherwise."""
    for host in evidence.link_hosts[:50]:
        if host.isascii() and not _ODD.search(host):
            continue
        for label in host[:253].split(".")[:-1]:
            name = _imitated(evidence, scripts.decoded(label))
            if name and not any(host == own or host.endswith("." + own) for own in evidence.settings.brands[name]):
                return f"link to {host[:60]}, which looks like {name[:30]}"
    return None


def _imitated(evidence: Evidence, label: str) -> str:
    """The protected name that `label` looks like without being spelled so."""
    looks, plain = scripts.folded(label), label.replace("-", "")
    fits = (name for name in evidence.settings.brands if len(name) >= 5 and looks.startswith(name))
    return next((name for name in fits if name not in plain), "")


def brand_in_subdomain(evidence: Evidence) -> str | None:
    """A protected name is a word of a host that its owner does not run."""
    brands = evidence.settings.brands
    for link in islice(evidence.clickable, _MOST):
        words = _TOKENS.split(link.url.host[:253])
        if brands.keys().isdisjoint(words):
            continue
        site = link.site
        name = next(word for word in words if word in brands)
        if site not in brands[name] and site.partition(".")[0] != name and site != evidence.sender.site:
            return f"link to {link.url.host[:60]}, which is not {name[:30]}"
    return None


def many_labels(evidence: Evidence) -> str | None:
    """A host is unusually deep or long."""
    for host in evidence.link_hosts:
        if (host.count(".") >= 5 and not is_address(host)) or len(host) > 75:
            return f"link to {host[:70]}"
    return None


def random_host(evidence: Evidence) -> str | None:
    """A registered domain looks generated: no vowel at all, or letters and digits by turns."""
    for site in sorted(evidence.link_sites):
        label = site.partition(".")[0]
        if len(label) < 9 or site.count(".") > 1 or not label.isascii() or not label.isalnum():
            continue
        if not _VOWELS.search(label) or len(_TURNS.findall(label)) >= 4:
            return f"link to {site[:60]}"
    return None


def _shortened(evidence: Evidence) -> WebLink | None:
    for link in evidence.clickable:
        host = link.url.host
        if host not in SHORTENERS or len(link.url.rest) < 2 or link.url.rest.startswith("/maps"):
            continue
        if evidence.sender.site not in SHORTENER_OWNERS.get(host, "").split():
            return link
    return None


def shortener_short_body(evidence: Evidence) -> str | None:
    """A shortened link in a message of few words."""
    link = _shortened(evidence)
    if link is None or evidence.words >= _SHORT or evidence.is_reply:
        return None
    return f"{link.url.host} in a message of {evidence.words} words"


def shortener_button(evidence: Evidence) -> str | None:
    """A picture or a button leads through a link shortener, in HTML that is no reply, newsletter or list mail."""
    message = evidence.message
    if not message.has_html or evidence.is_reply or evidence.is_list or message.has("list-unsubscribe"):
        return None
    link = _shortened(evidence)
    if link is None or link.url.host in link.text:
        return None
    return f"a button leads through {link.url.host}"


def _free(evidence: Evidence) -> WebLink | None:
    for link in islice(evidence.clickable, _MOST):
        host = link.url.host
        if link.site == evidence.sender.site:
            continue
        if link.site in FREE_HOSTS or ".ipfs." in host or ".s3." in host or _parents(host) & FREE_HOSTS:
            return link
        if host in PLACE_HOSTS and any(host == place and link.url.rest.startswith(path) for place, path in FREE_PLACES):
            return link
    return None


def _parents(host: str) -> set[str]:
    """The domains above `host`, as far as six labels go."""
    labels = host[-253:].split(".")[-7:]
    return {".".join(labels[start:]) for start in range(1, len(labels) - 1)}


def free_hosting_login(evidence: Evidence) -> str | None:
    """A link to such a place in a message about accounts or prizes."""
    link = _free(evidence)
    if link is None or evidence.is_reply or evidence.is_list:
        return None
    named = WORDING.matches(evidence.text) & {"credentials", "prize"}
    return f"{min(named)} and a link to {link.url.host[:60]}" if named else None


def unusual_tld(evidence: Evidence) -> str | None:
    """A link to a top-level domain that campaigns throw away."""
    for host, link in _foreign_hosts(evidence).items():
        if host.rpartition(".")[2] in ABUSED_TLDS:
            return f"link to {link.site[:60]}"
    return None


def none_but_call(evidence: Evidence) -> str | None:
    """No link at all, but a bill and a telephone number to complain at."""
    if evidence.clickable or evidence.is_reply or evidence.is_list or not 15 <= evidence.words <= 400:
        return None
    cues = WORDING.matches(evidence.text)
    return "a bill to cancel by telephone" if {"phone", "charge", "cancel"} <= cues else None


ROWS: tuple[Rule, ...] = (
    Rule("URL_HOST_IS_IP", "links", 1.5, "a link goes to a bare IP address", host_is_ip),
    Rule("URL_HOST_SPELLS_IP", "links", 1.5, "a link's host is a provider's name for an address", host_spells_ip),
    Rule("URL_HOST_MIXED_SCRIPT", "links", 3.0, "a link's host mixes look-alike alphabets", host_mixed_script),
    Rule("URL_HOST_SKELETON_BRAND", "links", 4.0, "a link's host looks like a known name", host_skeleton_brand),
    Rule("URL_BRAND_IN_SUBDOMAIN", "links", 2.0, "a known name is part of a host of others", brand_in_subdomain),
    Rule("URL_MANY_LABELS", "links", 0.5, "a link's host is unusually deep or long", many_labels),
    Rule("URL_RANDOM_HOST", "links", 0.3, "a link's domain looks generated", random_host),
    Rule("URL_SHORTENER_SHORT_BODY", "links", 1.5, "a shortened link and few words", shortener_short_body),
    Rule("URL_SHORTENER_BUTTON", "links", 2.5, "a picture or button leads through a shortener", shortener_button),
    Rule("URL_FREE_HOSTING_LOGIN", "links", 2.5, "account or prize wording and free web space", free_hosting_login),
    Rule("URL_UNUSUAL_TLD", "links", 1.5, "a link to a top-level domain of throw-away campaigns", unusual_tld),
)  # fmt: skip

LINKLESS: tuple[Rule, ...] = (
    Rule("URL_COUNT_ZERO_BUT_CALL", "links", 2.0, "no link, but a bill to cancel by telephone", none_but_call),
)
"""What is about links, and true of messages without any."""
