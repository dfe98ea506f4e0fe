"""What nearly every message is asked of its header, seen at one glance when its evidence is made.

Asked for one by one, each of these facts would cost as much as ten together: what is dear is not the question but to
fetch its code. Where a rule needs such a fact, its check is not even called for the nine of ten messages without it.
"""

import re
from collections.abc import Mapping

from filter import charsets
from filter.envelope import NO_ENVELOPE, Envelope
from filter.message import Message
from filter.rules import mailboxes
from filter.rules.cues import NONE
from filter.rules.date_field import day_of, fit_together
from filter.rules.freemail import is_freemail
from filter.rules.mailboxes import NOBODY
from filter.rules.settings import RuleSettings

_USUAL_FIELDS = frozenset({"from", "date", "message-id"})
_MAILER_FIELDS = frozenset({"x-mailer", "user-agent", "x-php-originating-script", "x-php-script", "x-source-args"})
_RECIPIENTS = frozenset({"to", "cc"})
_ANGLES = re.compile(rb"<[^<>]{0,320}>?")
_FOLLOWS = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:(re|aw|sv|vs|antw|antwort|ref|r|rif|res|odp|ynt|vá|отв|σχετ|απ|תגובה|השב|رد|回复|回覆|答复|返信)"
    r"|fwd?|wg|tr|rv|enc|i|пересл|转发)(?: ?\(\d\)|\[\d\])? ?[:：]",
    re.I,
)
_IN_ADDRESSES = re.compile(r"[@\d._-]")
_TEMPLATE_MARKS = ("{", "%", "*|", "(_", "##", "[[", "[-", "e]", "l]")
"""One of them is in every placeholder of a mail merge, the brackets of a list's name are none."""
_USUAL_ID = re.compile(rb"<[^<>@\s]{1,500}@([A-Za-z](?:[A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24})>")
_BEYOND_255 = re.compile(rb"\[[\d.]{0,12}(?:2[6-9]\d|25[6-9]|[3-9]\d\d)")
_NAMED_HOPS, _MOST_HOPS = 4, 12
_SHOUT = 20
_TAIL = 8
_MADE_UP = 8


class HeaderGlance:
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
        self._look_at_fields(message.fields)
        self._look_at_trace(message.fields)
        self._look_at_sender(message.fields)
        self._look_at_subject(self.subject)

    def _look_at_fields(self, fields: Mapping[str, bytes]) -> None:
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

    def _look_at_trace(self, fields: Mapping[str, bytes]) -> None:
        """When and by what way it came (RFC 5321 section 4.4), and to whom it bounces."""
        hops = self.hops[:_MOST_HOPS]
        self.few_hops = len(hops) <= 1
        self.came = hops[0].rpartition(b";")[2] if hops else b""
        """The date that the newest Received field was written at."""
        self.came_on = day_of(self.came)
        """The day of `came`, if that is well written."""
        sent = day_of(fields.get("date", b""))
        self.date_is_odd = not fit_together(sent, self.came_on) and (sent is None or bool(self.came))
        """Date or Received is not written as usual, or they lie apart."""
        first, last = None if self.few_hops else day_of(hops[-1].rpartition(b";")[2]), self.came_on
        self.in_order = self.few_hops or (first is not None and last is not None and first[:2] <= last[:2])
        """The oldest relay had it in the month of the newest or before; zones make no two days of one night."""
        self.trace_is_odd = not self.in_order or _BEYOND_255.search(b" ".join(hops[:_NAMED_HOPS])) is not None
        """A relay's date may be forged, or its address is none."""
        path = self.envelope.sender if self.envelope.sender is not None else fields.get("return-path")
        self.bounces_to = path if self.envelope.sender is not None or path is None else path.strip(b"<> ")
        """The envelope sender, from the client or from Return-Path; None if nobody says."""
        self.is_report = self.bounces_to == b"" or fields.get("content-type", b"")[:16].lower() == b"multipart/report"
        """It is a delivery report or a receipt (RFC 6522), or comes from nobody as these do."""

    def _look_at_sender(self, fields: Mapping[str, bytes]) -> None:
        self.authors = mailboxes.read(self.values("from"))
        """All addresses of From."""
        self.sender = sender = self.authors[0] if self.authors else NOBODY
        """The first address of From."""
        self.own_site = own = sender.site
        """The registered domain of the sender."""
        self.shown_name = self._shown_name()
        """What a mail program shows for From: all of it but the addresses in angle brackets, 200 characters at most."""
        self.name_is_odd = not self.shown_name.isascii()
        """The sender's name has letters beyond ASCII."""
        self.name_is_dotted = "." in self.shown_name
        """The sender's name may be an address or a domain."""
        self.from_is_freemail = is_freemail(sender.domain)
        """The sender's mailbox is one that anybody can have."""
        self.local_is_odd = sender.local.isalnum() and not sender.local.isalpha()
        self.site_is_long = len(own.partition(".")[0]) >= _MADE_UP
        usual = _USUAL_ID.fullmatch(fields.get("message-id", b""))
        self.id_host = usual[1].decode().lower() if usual is not None else self._id_host()
        """What stands right of the @ in Message-ID, lower case; None if there is no @."""
        self.id_is_odd = usual is None or usual[1][:9].lower() == b"localhost"
        self.id_is_own = bool(own) and self.id_host is not None and self.id_host.endswith(own)

    def _look_at_subject(self, subject: str) -> None:
        self.subject_is_odd = not subject.isascii() or not subject.strip()
        match = _FOLLOWS.match(subject)
        self.follows = "" if match is None else "answers" if match[1] else "forwards"
        """What its subject says that it does with an earlier message: "answers", "forwards" or nothing."""
        self.is_reply = self.refers and self.follows == "answers"
        """It refers to an earlier message, and its subject says so, too: one forged line is not enough."""
        self.may_shout = len(subject) >= _SHOUT and not self.is_list and not subject[1:].islower()
        self.may_name_reader = not self.is_list and _IN_ADDRESSES.search(subject) is not None
        last = subject.rsplit(None, 1)[-1] if subject.strip() else ""
        is_word = len(last) < _TAIL or (last.isalpha() and last[1:].islower())
        self.may_end_in_code = not is_word and not self.is_list
        together = f"{subject}\n{self.shown_name}\n{self.fields.get('to', b'')[:200].decode('latin-1')}".lower()
        self.may_be_template = any(mark in together for mark in _TEMPLATE_MARKS)

    def values(self, name: str) -> list[bytes]:
        """All values of the fields `name` (lower case)."""
        if name not in self.fields:
            return []
        return self.message.all(name) if name in self.repeated else [self.fields[name]]

    def _shown_name(self) -> str:
        value = self.fields.get("from", b"")[:2000]
        if b"<" not in value:
            return ""
        shown = charsets.from_header(_ANGLES.sub(b" ", value))[0] if b"," in value else self.sender.name
        return shown.replace('"', " ").strip(" ,;")[:200]

    def _id_host(self) -> str | None:
        _, at, right = self.fields.get("message-id", b"")[:1000].rpartition(b"@")
        return right.rstrip(b"> \t").decode("ascii", "replace").lower() if at else None


def _repeated(message: Message) -> frozenset[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for header in message.headers:
        (twice if header.name in seen else seen).add(header.name)
    return frozenset(twice)
