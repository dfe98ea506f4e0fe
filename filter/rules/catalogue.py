"""Every rule, in the order in which reports list them. A rule stands beside its checks, in the `ROWS` of its file."""

from collections.abc import Callable
from itertools import chain

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
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule

_ANY = (
    *body.ROWS, *headers.ROWS, *dates.ROWS, *ids.ROWS, *received.ROWS, *thread.ROWS, *unsigned.ROWS, *names.ROWS,
    *sender.ROWS, *recipients.ROWS, *subject.ROWS, *structure.ROWS, *charset.ROWS, *lures.ROWS, *wording.ROWS,
    *lists.ROWS, *bounces.ROWS, *signed.ROWS, *link_hosts.LINKLESS, *aligned.ROWS, *alphabets.ROWS,
)  # fmt: skip
_HTML = (*hidden.ROWS, *html_forms.ROWS, *images.ROWS)
_LINKS = (*links.ROWS, *link_hosts.ROWS)
_ATTACHMENTS = (*attachments.ROWS, *documents.ROWS)

SECTIONS: tuple[tuple[Callable[[Evidence], bool], tuple[Rule, ...]], ...] = (
    (lambda _: True, _ANY),
    (lambda evidence: bool(evidence.message.tags), _HTML),
    (lambda evidence: bool(evidence.message.urls), _LINKS),
    (lambda evidence: len(evidence.message.parts) > 1 or not evidence.message.text, _ATTACHMENTS),
)
"""Rules with what a message must have for any of them to be true: most mail has neither HTML nor an attachment."""

RULES: tuple[Rule, ...] = tuple(chain.from_iterable(rows for _, rows in SECTIONS))
