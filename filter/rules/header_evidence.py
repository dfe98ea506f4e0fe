"""What some rules ask of a message's header: worked out when first asked for. What all ask is in `header_glance.py`."""

import re
from datetime import datetime

from filter.rules import mailboxes
from filter.rules.cues import NONE
from filter.rules.date_field import read_date
from filter.rules.header_glance import HeaderGlance
from filter.rules.lazy import lazy
from filter.rules.letters import fold
from filter.rules.mailboxes import NOBODY, Mailbox
from filter.rules.subject_cues import NAME_CUES, SUBJECT_CUES

_SIGNED_SINCE = 2022
"""The year since which large senders and mailbox providers sign all they send."""
_RECENT = re.compile(rb" 20[2-9]\d")


class HeaderEvidence(HeaderGlance):
    """The header of one message, its envelope and the operator's settings."""

    @lazy
    def reply_to(self) -> Mailbox:
        """The first address of Reply-To; nobody if there is none."""
        return next(iter(mailboxes.read(self.values("reply-to"))), NOBODY)

    @lazy
    def recipients(self) -> tuple[Mailbox, ...]:
        """Addresses in To and Cc."""
        return mailboxes.read(self.values("to")) + mailboxes.read(self.values("cc"))

    @lazy
    def folded_name(self) -> str:
        """`shown_name` as the eye reads it."""
        return fold(self.shown_name)

    @lazy
    def name_may_be_brand(self) -> bool:
        """The sender's name begins a part as a protected name does."""
        return bool(self.shown_name) and self.settings.may_name(self.folded_name)

    @lazy
    def name_cues(self) -> frozenset[str]:
        """Which cues the sender's name holds."""
        return NAME_CUES.matches(self.folded_name)

    @lazy
    def answers_elsewhere(self) -> bool:
        """Reply-To names another address than From."""
        if "reply-to" not in self.fields:
            return False
        reply, sender = self.reply_to, self.sender
        return reply.domain != sender.domain or reply.local.lower() != sender.local.lower()

    @lazy
    def folded_subject(self) -> str:
        """`subject` as the eye reads it."""
        return fold(self.subject)

    @lazy
    def subject_cues(self) -> frozenset[str]:
        """Which cues the subject holds; none for answers and lists, where others chose the words."""
        if self.is_reply or self.is_list:
            return NONE
        return SUBJECT_CUES.matches(self.folded_subject)

    @lazy
    def date(self) -> datetime | None:
        """What Date says, with a time zone; None if it says nothing readable."""
        return read_date(self.fields.get("date", b""))

    @lazy
    def received(self) -> datetime | None:
        """When the newest Received field says it came in: our clock plays no part, so a verdict can be repeated."""
        return read_date(self.came)

    @lazy
    def is_of_today(self) -> bool:
        """Sent since large senders sign all they send; a list may have taken the signature off."""
        if self.came_on is not None:
            return self.came_on[0] >= _SIGNED_SINCE and not self.is_list
        if not (_RECENT.search(self.fields.get("received", b"")[-50:]) or _RECENT.search(self.fields.get("date", b""))):
            return False
        moment = self.received or self.date
        return moment is not None and moment.year >= _SIGNED_SINCE and not self.is_list
