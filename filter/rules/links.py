"""Rules on links: what their text promises, and what is written into them."""

import re
from base64 import b64encode
from collections import Counter
from urllib.parse import unquote

from filter.rules.domains import site
from filter.rules.evidence import Evidence
from filter.rules.freemail import is_freemail
from filter.rules.link_lists import REWRITERS
from filter.rules.rule import Rule

_TOP_LEVEL = r"(?:[a-z]{2}|com|net|org|info|biz|edu|gov|mil|name|app|dev|shop|store|online|site|bank|email)"
_SHOWN_HOST = re.compile(rf"\s*(?:https?://)?((?:[\w-]{{1,63}}\.){{1,8}}{_TOP_LEVEL})(?:[/:?#]\S*)?\s*", re.I)
_NESTED = re.compile(r"[=?&/]https?(?::|%3a)(?:/|%2f){2}([\w.-]{4,200})", re.I)
_LEAVE = re.compile(
    r"unsub|remove|opt.?out|preferenc|option|profile|manage|update|subscri|settings|abmeld|abbestell|d[ée]sabon|d[ée]sinscri|cancelar|descadastr",
    re.I,
)
_UNSUBSCRIBE = re.compile(r"unsubscribe|opt.?out|abmelden|abbestellen|d[ée]sabonn|d[ée]sinscri|descadastr", re.I)
_NEEDLESS_ESCAPE = re.compile(r"%(?:3[0-9]|[46][1-9a-f]|[57][0-9a]|2d|2e)", re.I)
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_BLOB = re.compile(r"/(?:[a-z]{1,3}/)?[\w+=-]{60,}(?:[/?#]|$)", re.I)
_NUMBERS = re.compile(r"/[a-z]{0,8}(?:/\d{1,10}(?:_[a-z]{2})?){5}", re.I)
_CODED = re.compile(r"[/=#?][A-Za-z0-9+]{12}")
_PORTS = frozenset({"", "80", "443"})
_MOST = 200


def text_host_mismatch(evidence: Evidence) -> str | None:
    """The link's text is an address on one domain, the link goes to another that is not the sender's.

    Trackers of the service that also offers to unsubscribe, and gateways that rewrite all links, are excused.
    """
    vouched = evidence.message.raw("list-unsubscribe").lower()
    for link in evidence.addresses_shown:
        shown = _SHOWN_HOST.fullmatch(link.text[:300]) if "." in link.text else None
        if shown is None:
            continue
        says = site(shown[1].lower())
        if link.site in (says, evidence.own_site) or link.site in REWRITERS:
            continue
        if link.site.encode("utf-8", "replace") not in vouched:
            return f"link says {says}, goes to {link.site}"
    return None


def text_scheme_mismatch(evidence: Evidence) -> str | None:
    """The link's text says https, the link itself is not encrypted."""
    for link in evidence.addresses_shown:
        if link.url.scheme == "http" and link.text[:8].lower() == "https://":
            return f"link says https, goes to http://{link.url.host[:60]}"
    return None


def userinfo_trick(evidence: Evidence) -> str | None:
    """What stands before the @ of a link imitates a host."""
    if "@" not in evidence.link_text:
        return None
    for link in evidence.web_links:
        if "." in link.url.user:
            return f"link reads {link.url.user[:60]}, goes to {link.url.host}"
    return None


def open_redirect(evidence: Evidence) -> str | None:
    """A link carries a second address on a domain that is neither its own nor the sender's."""
    text = evidence.link_text
    if text.count("http") == text.count("\nhttp") + text.startswith("http"):
        return None  # none but those that links begin with
    for link in evidence.foreign_links:
        nested = _NESTED.search(link.url.rest[:600])
        if nested is None:
            continue
        to = site(nested[1].lower())
        if to not in (link.site, evidence.own_site):
            return f"link to {link.url.host[:40]} hands on to {to[:40]}"
    return None


def recipient_embedded(evidence: Evidence) -> str | None:
    """The recipient's address is written into the path or fragment of a foreign link, or into any place of it coded."""
    if evidence.is_list:
        return None
    text = evidence.link_text
    if not ("@" in text or "%40" in text or _CODED.search(text)):
        return None
    addresses = [recipient.decode("utf-8", "replace") for recipient in evidence.envelope.recipients[:5]]
    addresses += [mailbox.address for mailbox in evidence.recipients[:5]]
    plain = [address.lower() for address in addresses if len(address) > 5 and "@" in address]
    coded = [_base64(address) for address in plain]
    together = text.replace("%40", "@").lower() if "@" in text or "%40" in text else ""
    if not any(address in together for address in plain) and not any(code in text for code in coded):
        return None  # without asking each link
    for link in evidence.foreign_links:
        rest = link.url.rest.replace("%40", "@")
        before, _, query = rest.lower().partition("?") if "@" in rest else ("", "", "")
        outside = before + query.partition("#")[2]
        if not any(address in outside for address in plain) and not any(code in rest for code in coded):
            continue
        if not _LEAVE.search(rest) and not _LEAVE.search(link.text):
            return f"the recipient's address stands in a link to {link.url.host[:50]}"
    return None


def _base64(address: str) -> str:
    """The characters of base64 that do not depend on what follows."""
    data = address.encode("utf-8", "replace")
    return b64encode(data[: len(data) // 3 * 3]).decode("ascii")


def nonstandard_port(evidence: Evidence) -> str | None:
    """A link to an odd port."""
    for link in evidence.web_links:
        if link.url.port not in _PORTS:
            return f"link to {link.url.host[:60]}:{link.url.port}"
    return None


def overescaped(evidence: Evidence) -> str | None:
    """Letters and digits of a link are written as percent-escapes, which nobody needs."""
    if evidence.link_text.count("%") < 4:
        return None
    for link in evidence.clickable:
        if link.url.text.count("%") >= 4:
            head = link.url.text[:300].partition("?")[0]
            needless = sum(1 for _ in _NEEDLESS_ESCAPE.finditer(head))
            if needless >= 4:
                return f"{needless} needless escapes in a link to {link.url.host[:50]}"
    return None


def invisible_chars(evidence: Evidence) -> str | None:
    """A link holds characters that nobody sees, or back slashes for slashes."""
    if evidence.link_text.isascii() and "\\" not in evidence.link_text:
        return None
    for url in evidence.message.urls[:_MOST]:
        text = url.text[:500]
        if not text.isascii() and _INVISIBLE.search(text):
            return f"invisible characters in a link to {url.host[:50]!a}"
        if url.is_web and "\\" in text[:100].partition("?")[0]:
            return f"back slashes in a link to {url.host[:50]!a}"
    return None


def all_same_target(evidence: Evidence) -> str | None:
    """The way to unsubscribe leads to the very address that the offer leads to."""
    links = [
        link
        for link in evidence.message.links[:_MOST]
        if link.tag == "a" and link.target[:4].lower() == "http" and link.target.count("/") > 2
    ]
    leaving = {link.target for link in links if link.text and _UNSUBSCRIBE.search(link.text[:100])}
    if not leaving:
        return None
    others = Counter(link.target for link in links if not _LEAVE.search(link.text[:100]))
    shared = next((target for target in leaving if others[target]), None)
    return f"offer and unsubscribe link are one: {shared[:60]}" if shared is not None else None


def mailto_button(evidence: Evidence) -> str | None:
    """A button writes a prepared mail to a free mailbox that is not the sender's."""
    if "ubject=" not in evidence.link_text and "UBJECT=" not in evidence.link_text:
        return None
    for url in evidence.message.urls[:_MOST]:
        if url.scheme != "mailto" or "subject=" not in url.rest.lower()[:300]:
            continue
        address = unquote(url.rest[:300].partition("?")[0]).strip().lower()
        domain = address.rpartition("@")[2]
        if is_freemail(domain) and address != evidence.sender.address.lower():
            return f"a button writes to {address[:60]}"
    return None


def blob_path(evidence: Evidence) -> str | None:
    """An unencrypted link is nothing but a host and one long opaque code, on a domain that is not the sender's."""
    for link in evidence.foreign_links:
        url = link.url
        if len(url.rest) >= 60 and url.scheme == "http" and _BLOB.match(url.rest[:120]):
            return f"link to {link.url.host[:50]} and a code of {len(link.url.rest)} characters"
    return None


def number_path(evidence: Evidence) -> str | None:
    """A path of many numbers, as the tools of snowshoe senders make them."""
    for link in evidence.foreign_links:
        rest = link.url.rest
        if rest.count("/") >= 6 and _NUMBERS.match(rest[:80]):
            return f"link to {link.url.host[:50]}{rest[:40]}"
    return None


ROWS: tuple[Rule, ...] = (
    Rule(
        "URL_TEXT_HOST_MISMATCH",
        "links",
        2.0,
        "a link shows one domain and goes to another",
        text_host_mismatch,
        needs="addresses_shown",
    ),
    Rule(
        "URL_TEXT_SCHEME_MISMATCH",
        "links",
        0.3,
        "a link says https, but is not encrypted",
        text_scheme_mismatch,
        needs="addresses_shown",
    ),
    Rule(
        "URL_USERINFO_TRICK",
        "links",
        4.2,
        "what stands before the @ of a link imitates a host",
        userinfo_trick,
        needs="links_are_odd",
    ),
    Rule(
        "URL_OPEN_REDIRECT_PARAM",
        "links",
        0.3,
        "a link carries another address on a foreign domain",
        open_redirect,
        needs="foreign_links",
    ),
    Rule(
        "URL_RECIPIENT_EMBEDDED",
        "links",
        1.0,
        "the recipient's address is written into a link",
        recipient_embedded,
        needs="foreign_links",
    ),
    Rule("URL_NONSTANDARD_PORT", "links", 0.3, "a link goes to an odd port", nonstandard_port, needs="links_are_odd"),
    Rule(
        "URL_OVERESCAPED",
        "links",
        2.0,
        "letters of a link are needlessly written as escapes",
        overescaped,
        needs="links_are_odd",
    ),
    Rule(
        "URL_INVISIBLE_CHARS",
        "links",
        3.5,
        "invisible characters or back slashes in a link",
        invisible_chars,
        needs="links_are_odd",
    ),
    Rule(
        "URL_ALL_SAME_TARGET",
        "links",
        2.8,
        "the unsubscribe link leads where the offer leads",
        all_same_target,
        needs="leaves",
    ),
    Rule(
        "URL_MAILTO_BUTTON",
        "links",
        4.2,
        "a button writes a prepared mail to a foreign free mailbox",
        mailto_button,
        needs="links_are_odd",
    ),
    Rule(
        "URL_BLOB_PATH", "links", 2.5, "a link is nothing but a host and a long code", blob_path, needs="foreign_links"
    ),
    Rule("URL_NUMBER_PATH", "links", 2.5, "a link's path is made of numbers alone", number_path, needs="foreign_links"),
)
