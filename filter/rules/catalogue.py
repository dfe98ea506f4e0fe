"""Every rule, in the order in which reports list them. The points of a rule have no other home."""

from filter.rules import (
    attachments,
    body,
    bounces,
    documents,
    headers,
    links,
    lists,
    lures,
    sender,
    signed,
    subject,
    wording,
)
from filter.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule("GTUBE", "body", 1000.0, "the standard test string for spam filters", body.gtube),
    Rule("HDR_MISSING_FROM", "headers", 2.0, "no From field", headers.missing_from),
    Rule("HDR_MISSING_DATE", "headers", 1.0, "no Date field", headers.missing_date),
    Rule("HDR_DUPLICATE_SINGLETON", "headers", 1.0, "a field that may stand once stands twice",
         headers.duplicate_singleton),
    Rule("FROM_NAME_HAS_OTHER_ADDR", "sender", 2.5, "the name shown is an address of another domain",
         sender.name_has_other_address),
    Rule("THREAD_FAKE_REPLY", "subject", 0.5, "says it is a reply, but refers to and quotes nothing",
         subject.fake_reply),
    Rule("URL_TEXT_HOST_MISMATCH", "links", 1.5, "a link shows one domain and goes to another",
         links.text_host_mismatch),
    Rule("URL_HOST_IS_IP", "links", 1.5, "a link goes to a bare IP address", links.host_is_ip),
    Rule("URL_USERINFO_TRICK", "links", 3.0, "what stands before the @ of a link imitates a host",
         links.userinfo_trick),
    *attachments.ROWS,
    *documents.ROWS,
    *lures.ROWS,
    *wording.ROWS,
    *lists.ROWS,
    *bounces.ROWS,
    *signed.ROWS,
)  # fmt: skip
