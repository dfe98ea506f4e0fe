"""Every rule, in the order in which reports list them. The points of a rule have no other home."""

from filter.rules import (
    attachments,
    body,
    charset,
    headers,
    hidden,
    html_forms,
    images,
    link_hosts,
    links,
    sender,
    structure,
    subject,
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
    *structure.ROWS,
    *charset.ROWS,
    *hidden.ROWS,
    *html_forms.ROWS,
    *images.ROWS,
    *links.ROWS,
    *link_hosts.ROWS,
    Rule("ATT_EXECUTABLE_EXT", "attachments", 3.0, "a program, script, shortcut or disk image is attached",
         attachments.executable),
    Rule("ATT_DOUBLE_EXTENSION", "attachments", 5.0, "an attached program is named like a document",
         attachments.double_extension),
)  # fmt: skip
