"""Rules on what mailing lists and bulk mailers say of themselves (RFC 2369, RFC 2919, RFC 8058, RFC 3834)."""

import re
from functools import lru_cache

from filter.rules.domains import site
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule, Speaks

_LIST_FIELDS = ("list-post", "list-help", "list-unsubscribe", "list-subscribe", "list-owner", "list-archive")
_LIST_ID = re.compile(rb"[\w.-]{3,250}")
_FIELD_HOST = re.compile(r"(?:@|%40|//)([a-z0-9.-]{1,252}[a-z0-9])")
_ONE_CLICK = re.compile(rb"<(https://[^\s<>]{1,200})", re.I)
_BULK = frozenset({b"bulk", b"list", b"junk"})
_BULK_FIELDS = frozenset({"feedback-id", "x-campaign", "x-campaignid", "x-csa-complaints"})
_LONG = 1_000
_MANY_PICTURES = 3


def _hosts(evidence: Evidence, fields: tuple[str, ...]) -> frozenset[str]:
    """Registered domains in list header fields."""
    return _hosts_in(b" ".join([evidence.fields.get(field, b"")[:_LONG] for field in fields]))


@lru_cache(maxsize=512)
def _hosts_in(fields: bytes) -> frozenset[str]:
    """The same for all mail of a list."""
    text = fields.decode("ascii", "replace").lower()
    return frozenset([site(host) for host in set(_FIELD_HOST.findall(text))])


def _list_domain(evidence: Evidence) -> str:
    match = _LIST_ID.search(evidence.fields.get("list-id", b"")[-300:].rpartition(b"<")[2])
    return site(match[0].decode("ascii", "replace").lower()) if match else ""


def headers_complete(evidence: Evidence) -> str | None:
    """List-Id, a way to post and a way out, all of one domain."""
    if not evidence.fields.keys() >= {"list-id", "list-post", "list-unsubscribe"}:
        return None
    domain = _list_domain(evidence)
    hosts = _hosts(evidence, ("list-post", "list-unsubscribe"))
    return f"list of {domain}" if domain and domain in hosts and len(hosts) <= 2 else None


def headers_partial(evidence: Evidence) -> str | None:
    """A way to post to a list without its name, or list fields of three and more domains."""
    if "list-id" not in evidence.fields:
        return "List-Post without List-Id" if "list-post" in evidence.fields else None
    hosts = _hosts(evidence, _LIST_FIELDS)
    return f"list fields name {', '.join(sorted(hosts)[:3])}"[:100] if len(hosts) >= 3 else None


def one_click(evidence: Evidence) -> str | None:
    """A way out with one click, as large mailbox providers demand of bulk mailers (RFC 8058 section 3.1)."""
    fields = evidence.fields
    if b"one-click" not in fields.get("list-unsubscribe-post", b"").lower():
        return None
    target = _ONE_CLICK.search(fields.get("list-unsubscribe", b""))
    return f"to {target[1][:60].decode('ascii', 'replace')}" if target else None


def no_way_out(evidence: Evidence) -> str | None:
    """Looks like a mailing to many: pictures and links elsewhere; but says nowhere how to end it."""
    fields = evidence.fields
    bulk = not fields.keys().isdisjoint(_BULK_FIELDS) or fields.get("precedence", b"").lower() in _BULK
    pictures = evidence.markup.count("<img")
    if not (bulk or pictures >= _MANY_PICTURES):
        return None
    return None if "unsubscribe" in evidence.text_cues else f"{pictures} pictures, {len(evidence.web_links)} links"


def precedence(evidence: Evidence) -> str | None:
    """Sent to many, or by a program."""
    value = evidence.fields.get("precedence", b"").lower()
    if value in _BULK:
        return f"Precedence: {value.decode()}"
    auto = evidence.fields.get("auto-submitted", b"").lower()
    return f"Auto-Submitted: {auto[:40].decode('ascii', 'replace')}" if auto and not auto.startswith(b"no") else None


ROWS: tuple[Rule, ...] = (
    Rule(
        "LIST_HEADERS_COMPLETE",
        "lists",
        -0.5,
        "a mailing list with all its fields",
        headers_complete,
        Speaks.HAM,
        needs="list_fields",
    ),
    Rule(
        "LIST_HEADERS_PARTIAL",
        "lists",
        0.3,
        "fields of a mailing list that do not fit together",
        headers_partial,
        needs="list_fields",
    ),
    Rule(
        "BULK_ONE_CLICK_UNSUB",
        "lists",
        0.0,
        "a mailing with a one-click way out",
        one_click,
        Speaks.EITHER,
        needs="list_fields",
    ),
    Rule("BULK_NO_UNSUB", "lists", 0.5, "looks like a mailing, but has no way out", no_way_out, needs="is_mailing"),
    Rule(
        "BULK_PRECEDENCE",
        "lists",
        0.0,
        "says it goes to many or is sent by a program",
        precedence,
        Speaks.EITHER,
        needs="is_automatic",
    ),
)
