"""Every rule, in the order in which reports list them. A rule stands beside its checks, in the `ROWS` of its file."""

from filter.rules import (
    aligned,
    alphabets,
    attachments,
    body,
    bounces,
    charset,
    dates,
    documents,
    headers,
    hidden,
    html_forms,
    ids,
    images,
    link_hosts,
    link_sites,
    links,
    lists,
    lures,
    names,
    received,
    recipients,
    sender,
    signed,
    structure,
    subject,
    thread,
    unsigned,
    wording,
)
from filter.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *body.ROWS, *headers.ROWS, *dates.ROWS, *ids.ROWS, *received.ROWS, *thread.ROWS, *unsigned.ROWS, *names.ROWS,
    *sender.ROWS, *recipients.ROWS, *subject.ROWS, *structure.ROWS, *charset.ROWS, *lures.ROWS, *wording.ROWS,
    *lists.ROWS, *bounces.ROWS, *signed.ROWS, *aligned.ROWS, *alphabets.ROWS, *hidden.ROWS, *html_forms.ROWS,
    *images.ROWS, *links.ROWS, *link_sites.ROWS, *link_hosts.ROWS, *attachments.ROWS, *documents.ROWS,
)  # fmt: skip
