"""What rules ask of a message's header."""

import re
from collections.abc import Mapping
from datetime import datetime

from filter import charsets
from filter.envelope import NO_ENVELOPE, Envelope
from filter.message import Message
from filter.rules import mailboxes
from filter.rules.cues import NONE
from filter.rules.date_field import Day, day, fit_together, read_date
from filter.rules.freemail import is_freemail
from filter.rules.lazy import lazy
from filter.rules.letters import fold
from filter.rules.mailboxes import NOBODY, Mailbox
from filter.rules.settings import RuleSettings
from filter.rules.subject_cues import NAME_CUES, SUBJECT_CUES

_USUAL_FIELDS = frozenset({"from", "date", "message-id"})
_MAILER_FIELDS = frozenset({"x-mailer", "user-agent", "x-php-originating-script", "x-php-script", "x-source-args"})
_RECIPIENTS = frozenset({"to", "cc"})
_ANGLES = re.compile(rb"<[^<>]{0,320}>?")
_FOLLOWS = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:(re|aw|sv|vs|antw|antwort|ref|r|rif|res|odp|ynt|vá|отв|σχετ|απ|תגובה|השב|رد|回复|回覆|答复|返信)"
    r"|fwd?|wg|tr|rv|enc|i|пересл|转发)(?: ?\(\d\)|\[\d\])? ?[:：]",
    re.I,
)
_SIGNED_SINCE = 2022
"""The year since which large senders and mailbox providers sign all they send."""
_RECENT = re.compile(rb" 20[2-9]\d")


class HeaderEvidence:
    """The header of one message, its envelope and the operator's settings."""

    def __init__(self, message: Message, envelope: Envelope, settings: RuleSettings) -> None:
        self.message = message
        self.envelope = envelope
        self.envelope_given = envelope is not NO_ENVELOPE
        self.settings = settings
        self.trusted_servers = settings.trusted_authserv_ids
        self.known_scripts = settings.scripts
        self.fields = message.fields
        self.subject = message.subject[:300]
        self._look(message.fields)
        self._look_at_sender()

    def _look(self, fields: Mapping[str, bytes]) -> None:
        """What most rules need, seen at a glance: asked for one by one, each would cost as much as all."""
        origin, to, cc = fields.get("from", b""), fields.get("to", b""), fields.get("cc", b"")
        shown = b"".join((origin, to, fields.get("subject", b""), fields.get("reply-to", b"")))
        self.hops = [header.value for header in self.message.headers if header.name == "received"]
        """Values of Received, the newest first."""
        repeats = len(self.message.headers) - len(fields) > max(0, len(self.hops) - 1)
        self.repeated = _repeated(self.message) if repeats else NONE
        """Names of fields that stand twice, if not only Received does."""
        self.is_list = "list-id" in fields or "list-post" in fields
        """It says that a mailing list sent it."""
        self.list_fields = self.is_list or "list-unsubscribe" in fields
        self.refers = "in-reply-to" in fields or "references" in fields
        """It refers to an earlier message."""
        self.is_automatic = "precedence" in fields or "auto-submitted" in fields
        self.mailer = not _MAILER_FIELDS.isdisjoint(fields)
        self.priority = "x-priority" in fields or "x-msmail-priority" in fields
        self.lacks_fields = not (fields.keys() >= _USUAL_FIELDS and fields["message-id"] and (to or cc))
        self.has_coded_fields = b"=?" in shown or not shown.isascii() or "=?" in self.subject
        self.from_is_odd = b"," in origin or origin.count(b"@") != 1
        self.names_nobody = b"@" not in to
        self.names_several = to.count(b"@") + cc.count(b"@") > 1 or not self.repeated.isdisjoint(_RECIPIENTS)
        self.subject_is_odd = not self.subject.isascii() or not self.subject.strip()

    def _look_at_sender(self) -> None:
        """What every message is asked for of its From field."""
        self.authors = mailboxes.read(self.values("from"))
        """All addresses of From."""
        self.sender = self.authors[0] if self.authors else NOBODY
        """The first address of From."""
        self.own_site = self.sender.site
        """The registered domain of the sender."""
        self.shown_name = self._shown_name()
        """What a mail program shows for From: all of it but the addresses in angle brackets, 200 characters at most."""
        self.name_is_odd = not self.shown_name.isascii()
        """The sender's name has letters beyond ASCII."""
        self.name_is_dotted = "." in self.shown_name
        """The sender's name may be an address or a domain."""
        self.from_is_freemail = is_freemail(self.sender.domain)
        """The sender's mailbox is one that anybody can have."""

    def values(self, name: str) -> list[bytes]:
        """All values of the fields `name` (lower case)."""
        if name not in self.fields:
            return []
        return self.message.all(name) if name in self.repeated else [self.fields[name]]

    @lazy
    def reply_to(self) -> Mailbox:
        """The first address of Reply-To; nobody if there is none."""
        return next(iter(mailboxes.read(self.values("reply-to"))), NOBODY)

    @lazy
    def recipients(self) -> tuple[Mailbox, ...]:
        """Addresses in To and Cc."""
        return mailboxes.read(self.values("to")) + mailboxes.read(self.values("cc"))

    def _shown_name(self) -> str:
        value = self.fields.get("from", b"")[:2000]
        if b"<" not in value:
            return ""
        shown = charsets.from_header(_ANGLES.sub(b" ", value))[0] if b"," in value else self.sender.name
        return shown.replace('"', " ").strip(" ,;")[:200]

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
    def follows(self) -> str:
        """What its subject says that it does with an earlier message: "answers", "forwards" or nothing."""
        match = _FOLLOWS.match(self.subject)
        return "" if match is None else "answers" if match[1] else "forwards"

    @lazy
    def is_reply(self) -> bool:
        """It refers to an earlier message, and its subject says so, too: one forged line is not enough."""
        return self.refers and self.follows == "answers"

    @lazy
    def bounces_to(self) -> bytes | None:
        """The envelope sender, from the client or from Return-Path; None if nobody says."""
        if self.envelope.sender is not None:
            return self.envelope.sender
        path = self.fields.get("return-path")
        return None if path is None else path.strip(b"<> ")

    @lazy
    def is_report(self) -> bool:
        """It is a delivery report or a receipt (RFC 6522), or comes from nobody as these do."""
        return self.bounces_to == b"" or self.fields.get("content-type", b"")[:16].lower() == b"multipart/report"

    @lazy
    def id_host(self) -> str | None:
        """What stands right of the @ in Message-ID, lower case; None if there is no @."""
        _, at, right = self.fields.get("message-id", b"")[:1000].rpartition(b"@")
        return right.rstrip(b"> \t").decode("ascii", "replace").lower() if at else None

    @lazy
    def date(self) -> datetime | None:
        """What Date says, with a time zone; None if it says nothing readable."""
        return read_date(self.fields.get("date", b""))

    @lazy
    def came(self) -> bytes:
        """The date that the newest Received field was written at."""
        return self.fields.get("received", b"").rpartition(b";")[2]

    @lazy
    def came_on(self) -> Day | None:
        """The day of `came`, if that is well written."""
        return day(self.came)

    @lazy
    def received(self) -> datetime | None:
        """When the newest Received field says it came in: our clock plays no part, so a verdict can be repeated."""
        return read_date(self.came)

    @lazy
    def date_is_odd(self) -> bool:
        """Date or Received is not written as usual, or they lie apart."""
        sent = day(self.fields.get("date", b""))
        return sent is None or bool(self.came) and not fit_together(sent, self.came_on)

    @lazy
    def is_of_today(self) -> bool:
        """Sent since large senders sign all they send; a list may have taken the signature off."""
        if self.came_on is not None:
            return self.came_on[0] >= _SIGNED_SINCE and not self.is_list
        if not (_RECENT.search(self.fields.get("received", b"")[-50:]) or _RECENT.search(self.fields.get("date", b""))):
            return False
        moment = self.received or self.date
        return moment is not None and moment.year >= _SIGNED_SINCE and not self.is_list


def _repeated(message: Message) -> frozenset[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for header in message.headers:
        (twice if header.name in seen else seen).add(header.name)
    return frozenset(twice)
