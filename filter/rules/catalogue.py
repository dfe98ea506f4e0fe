"""Every rule, in the order in which reports list them. The points of a rule have no other home."""

from filter.rules import (
    attachments,
    body,
    dates,
    headers,
    ids,
    links,
    names,
    received,
    recipients,
    sender,
    subject,
    thread,
    unsigned,
)
from filter.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule("GTUBE", "body", 1000.0, "the standard test string for spam filters", body.gtube),
    *headers.ROWS,
    *dates.ROWS,
    *ids.ROWS,
    *received.ROWS,
    *thread.ROWS,
    *unsigned.ROWS,
    *names.ROWS,
    *sender.ROWS,
    *recipients.ROWS,
    *subject.ROWS,
    Rule("URL_TEXT_HOST_MISMATCH", "links", 1.5, "a link shows one domain and goes to another",
         links.text_host_mismatch),
    Rule("URL_HOST_IS_IP", "links", 1.5, "a link goes to a bare IP address", links.host_is_ip),
    Rule("URL_USERINFO_TRICK", "links", 3.0, "what stands before the @ of a link imitates a host",
         links.userinfo_trick),
    Rule("ATT_EXECUTABLE_EXT", "attachments", 3.0, "a program, script, shortcut or disk image is attached",
         attachments.executable),
    Rule("ATT_DOUBLE_EXTENSION", "attachments", 5.0, "an attached program is named like a document",
         attachments.double_extension),
)  # fmt: skip
