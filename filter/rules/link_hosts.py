"""Rules on the hosts that links lead to."""

from filter.rules import hosts, scripts
from filter.rules.domains import site
from filter.rules.evidence import Evidence
from filter.rules.link_cues import WORDING
from filter.rules.link_evidence import WebLink
from filter.rules.link_lists import FREE_PLACES, SHORTENER_OWNERS
from filter.rules.rule import Rule

_SHORT = 60
_FEWEST_LETTERS, _MOST_LETTERS = 5, 30


def host_is_ip(evidence: Evidence) -> str | None:
    """A link leads to a bare address outside of the house."""
    return _link_to(evidence, "address")


def host_spells_ip(evidence: Evidence) -> str | None:
    """A link leads to a host name that spells an address."""
    return _link_to(evidence, "spelled address")


def many_labels(evidence: Evidence) -> str | None:
    """A host is unusually deep or long."""
    return _link_to(evidence, "deep")


def random_host(evidence: Evidence) -> str | None:
    """A registered domain looks generated."""
    return _link_to(evidence, "random")


def _link_to(evidence: Evidence, trait: str) -> str | None:
    host = evidence.host_traits.get(trait)
    return f"link to {host[:80]}" if host is not None else None


def host_mixed_script(evidence: Evidence) -> str | None:
    """A label of a host mixes look-alike alphabets."""
    host = evidence.host_traits.get("mixed")
    return f"link to {hosts.mixed_label(host)[:60]}, which mixes alphabets" if host is not None else None


def unusual_tld(evidence: Evidence) -> str | None:
    """A link to a top-level domain that campaigns throw away."""
    if "cheap" not in evidence.host_traits:
        return None
    own = evidence.own_site
    sites = (site(host) for host in evidence.link_hosts if "cheap" in hosts.traits(host))
    return next((f"link to {other[:60]}" for other in sites if other != own), None)


def host_skeleton_brand(evidence: Evidence) -> str | None:
    """A host looks like a protected name, but is spelled otherwise."""
    if "odd" not in evidence.host_traits:
        return None
    for host in evidence.link_hosts[:50]:
        for label in hosts.odd_labels(host):
            name = _imitated(evidence, label)
            if name and not any(host == own or host.endswith("." + own) for own in evidence.settings.brands[name]):
                return f"link to {host[:60]}, which looks like {name[:30]}"
    return None


def _imitated(evidence: Evidence, label: str) -> str:
    """The protected name that `label` looks like without being spelled so."""
    looks, plain = scripts.folded(label), label.replace("-", "")
    beginnings = (looks[:size] for size in range(_FEWEST_LETTERS, min(len(looks), _MOST_LETTERS) + 1))
    return next((name for name in beginnings if name in evidence.settings.brands and name not in plain), "")


def brand_in_subdomain(evidence: Evidence) -> str | None:
    """A protected name is a word of a host that its owner does not run."""
    brands, own = evidence.settings.brands, evidence.own_site
    places = dict.fromkeys([(link.url.host, link.site) for link in evidence.clickable if link.site != own])
    for host, registered in places:
        if brands.keys().isdisjoint(hosts.words(host)):
            continue
        name = next(word for word in hosts.words(host) if word in brands)
        if registered not in brands[name] and registered.partition(".")[0] != name:
            return f"link to {host[:60]}, which is not {name[:30]}"
    return None


def _shortened(evidence: Evidence) -> WebLink | None:
    if "shortener" not in evidence.host_traits:
        return None
    for link in evidence.clickable:
        host, rest = link.url.host, link.url.rest
        if "shortener" not in hosts.traits(host) or len(rest) < 2 or rest.startswith("/maps"):
            continue
        if evidence.own_site not in SHORTENER_OWNERS.get(host, "").split():
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
    """A link to a place that anybody can have without being known there."""
    for link in evidence.clickable:
        host = link.url.host
        if link.site == evidence.own_site:
            continue
        if "free" in hosts.traits(host):
            return link
        if "place" in hosts.traits(host) and any(
            host == place and link.url.rest.startswith(path) for place, path in FREE_PLACES
        ):
            return link
    return None


def free_hosting_login(evidence: Evidence) -> str | None:
    """A link to such a place in a message about accounts or prizes."""
    link = _free(evidence) if not evidence.host_traits.keys().isdisjoint(("free", "place")) else None
    if link is None or evidence.is_reply or evidence.is_list:
        return None
    named = WORDING.matches(evidence.text) & {"credentials", "prize"}
    return f"{min(named)} and a link to {link.url.host[:60]}" if named else None


def none_but_call(evidence: Evidence) -> str | None:
    """No link at all, but a bill and a telephone number to complain at."""
    if evidence.clickable or evidence.is_reply or evidence.is_list or not 15 <= evidence.words <= 400:
        return None
    cues = WORDING.matches(evidence.text)
    return "a bill to cancel by telephone" if {"phone", "charge", "cancel"} <= cues else None


ROWS: tuple[Rule, ...] = (
    Rule("URL_HOST_IS_IP", "links", 2.0, "a link goes to a bare IP address", host_is_ip, needs="host_traits"),
    Rule(
        "URL_HOST_SPELLS_IP",
        "links",
        2.0,
        "a link's host is a provider's name for an address",
        host_spells_ip,
        needs="host_traits",
    ),
    Rule(
        "URL_HOST_MIXED_SCRIPT",
        "links",
        4.2,
        "a link's host mixes look-alike alphabets",
        host_mixed_script,
        needs="host_traits",
    ),
    Rule(
        "URL_HOST_SKELETON_BRAND",
        "links",
        4.5,
        "a link's host looks like a known name",
        host_skeleton_brand,
        needs="host_traits",
    ),
    Rule(
        "URL_BRAND_IN_SUBDOMAIN",
        "links",
        2.8,
        "a known name is part of a host of others",
        brand_in_subdomain,
        needs="web_links",
    ),
    Rule("URL_MANY_LABELS", "links", 0.5, "a link's host is unusually deep or long", many_labels, needs="host_traits"),
    Rule("URL_RANDOM_HOST", "links", 0.3, "a link's domain looks generated", random_host, needs="host_traits"),
    Rule(
        "URL_SHORTENER_SHORT_BODY",
        "links",
        2.0,
        "a shortened link and few words",
        shortener_short_body,
        needs="host_traits",
    ),
    Rule(
        "URL_SHORTENER_BUTTON",
        "links",
        3.5,
        "a picture or button leads through a shortener",
        shortener_button,
        needs="host_traits",
    ),
    Rule(
        "URL_FREE_HOSTING_LOGIN",
        "links",
        3.5,
        "account or prize wording and free web space",
        free_hosting_login,
        needs="host_traits",
    ),
    Rule(
        "URL_UNUSUAL_TLD",
        "links",
        2.0,
        "a link to a top-level domain of throw-away campaigns",
        unusual_tld,
        needs="host_traits",
    ),
    Rule(
        "URL_COUNT_ZERO_BUT_CALL",
        "links",
        2.8,
        "no link, but a bill to cancel by telephone",
        none_but_call,
        needs="lures",
    ),
)
