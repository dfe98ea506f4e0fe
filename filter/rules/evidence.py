"""What rules ask of a message: each answer is worked out once, and only if a rule asks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from filter import charsets, urls
from filter.envelope import NO_ENVELOPE, Envelope
from filter.message import Message
from filter.rules import brands, text_cues
from filter.rules.attached import Attached, attached
from filter.rules.domains import site
from filter.rules.lazy import lazy
from filter.rules.letters import fold
from filter.rules.subject_cues import NAME_CUES, SUBJECT_CUES

_TEXT = 20_000
_MARKUP = 50_000
_ODD_TEXT = 8_000
_ODD_LETTERS = re.compile("[\u00ad\u0370-\u0556\u13a0-\u13f5\u200b-\u200d\u2060\ufeff\U0001d400-\U0001d7ff]")
_CUED = 6_000
_MAILBOX = re.compile(
    rb'("(?:[^"\\]|\\.){0,500}"|(?<![^",>;])[^",<>]{0,500}+)\s*<([^<>\s]{1,320})>|([^\s",<>;:()]{1,64}@[^\s",<>;()]{1,255})'
)
_MOST_MAILBOXES = 200
_USUAL_DATE = re.compile(
    rb"\s*(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)([0-5]\d)(?![^\s(])"
)
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
_ANGLES = re.compile(rb"<[^<>]{0,320}>?")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address as a header shows it. `domain` and `site` are lower case; all may be empty."""

    name: str
    local: str
    domain: str

    @property
    def site(self) -> str:
        """The registered domain."""
        return site(self.domain)

    @property
    def address(self) -> str:
        """local@domain, as written but for the case of the domain."""
        return f"{self.local}@{self.domain}" if self.domain else self.local


NOBODY = Mailbox("", "", "")


@dataclass(frozen=True, slots=True)
class WebLink:
    """A link that a browser follows: where it goes, and what its reader sees (empty for plain text and pictures)."""

    url: urls.Url
    text: str

    @property
    def site(self) -> str:
        """The registered domain it goes to."""
        return site(self.url.host)


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What an operator tells the rules: names worth protecting, with the domains they really use, and his own."""

    brands: Mapping[str, frozenset[str]] = field(default_factory=lambda: brands.BRANDS)
    own_domains: frozenset[str] = frozenset()
    scripts: frozenset[str] = frozenset()
    """Scripts that the site's users read, such as Latin or Cyrillic; empty: all."""
    trusted_authserv_ids: frozenset[str] = frozenset()
    """Servers, in lower case, whose Authentication-Results are believed (RFC 8601 section 5)."""


DEFAULTS = RuleSettings()


class Evidence:
    """One message, its envelope and the operator's settings."""

    def __init__(self, message: Message, envelope: Envelope = NO_ENVELOPE, settings: RuleSettings = DEFAULTS) -> None:
        self.message = message
        self.envelope = envelope
        self.settings = settings

    def mailboxes(self, name: str) -> tuple[Mailbox, ...]:
        """All addresses in the header fields `name` (lower case)."""
        found = (match for value in self.message.all(name) for match in _MAILBOX.finditer(value[:20_000]))
        return tuple(_mailbox(match) for match, _ in zip(found, range(_MOST_MAILBOXES), strict=False))

    @lazy
    def fields(self) -> Mapping[str, bytes]:
        """The first value of each header field, by its lower-case name."""
        return {header.name: header.value for header in reversed(self.message.headers)}

    @lazy
    def sender(self) -> Mailbox:
        """The first address of From."""
        return next(iter(self.mailboxes("from")), NOBODY)

    @lazy
    def shown_name(self) -> str:
        """What a mail program shows for From: all of it but the addresses in angle brackets, 200 characters at most."""
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
    def name_cues(self) -> frozenset[str]:
        """Which cues the sender's name holds."""
        return NAME_CUES.matches(self.folded_name)

    @lazy
    def subject(self) -> str:
        """The first 300 characters of the subject."""
        return self.message.subject[:300]

    @lazy
    def folded_subject(self) -> str:
        """`subject` as the eye reads it."""
        return fold(self.subject)

    @lazy
    def subject_cues(self) -> frozenset[str]:
        """Which cues the subject holds, as the eye reads it."""
        return SUBJECT_CUES.matches(self.folded_subject)

    @lazy
    def reply_to(self) -> Mailbox:
        """The first address of Reply-To; nobody if there is none."""
        return next(iter(self.mailboxes("reply-to")), NOBODY)

    @lazy
    def recipients(self) -> tuple[Mailbox, ...]:
        """Addresses in To and Cc."""
        return self.mailboxes("to") + self.mailboxes("cc")

    @lazy
    def text(self) -> str:
        """The first 20 000 characters that a reader sees."""
        return self.message.text[:_TEXT]

    @lazy
    def words(self) -> int:
        """How many words a reader sees in `text`."""
        return len(self.text.split())

    @lazy
    def folded(self) -> str:
        """Subject and the first 6000 characters of the text in plain ASCII letters, with single spaces."""
        return text_cues.fold(f"{self.message.subject[:500]}\n{self.message.text[:_CUED]}")

    @lazy
    def text_cues(self) -> frozenset[str]:
        """Names of the wordings found in subject and text (`rules/text_cues.py`)."""
        return text_cues.cues(self.message.text[:_CUED], self.folded)

    @lazy
    def attached(self) -> tuple[Attached, ...]:
        """The first attached files."""
        return attached(self.message)

    @lazy
    def web_links(self) -> tuple[WebLink, ...]:
        """Links to the web, those in HTML with their text, then those written out in text."""
        shown = {link.target: link.text for link in reversed(self.message.links)}
        return tuple(WebLink(url, shown.get(url.text, "")) for url in self.message.urls if url.is_web and url.host)

    @lazy
    def clickable(self) -> tuple[WebLink, ...]:
        """Web links without those that only load a picture."""
        pictures = {link.target for link in self.message.links if link.tag == "img"}
        pictures -= {link.target for link in self.message.links if link.tag != "img"}
        return tuple(link for link in self.web_links if link.url.text not in pictures) if pictures else self.web_links

    @lazy
    def picture_hosts(self) -> tuple[str, ...]:
        """Hosts that pictures are loaded from."""
        parsed = {url.text: url for url in self.message.urls}
        targets = (link.target for link in self.message.links if link.tag == "img")
        hosts = (parsed[target].host for target in targets if target in parsed)
        return tuple(dict.fromkeys(host for host in hosts if host))

    @lazy
    def markup(self) -> str:
        """The first 50 000 characters of the tags, comments included, in lower case."""
        return "\n".join(self.message.tags)[:_MARKUP].lower() if self.message.tags else ""

    @lazy
    def odd_letters(self) -> frozenset[str]:
        """Look-alike, styled and invisible characters in the beginning of the text."""
        return frozenset() if self.text.isascii() else frozenset(_ODD_LETTERS.findall(self.text[:_ODD_TEXT]))

    @lazy
    def is_html_only(self) -> bool:
        """There is HTML, and no plain text as the mail programs of people send it along."""
        return self.message.has_html and not any(part.content_type == "text/plain" for part in self.message.parts)

    @lazy
    def link_hosts(self) -> tuple[str, ...]:
        """Hosts that the web links go to."""
        return tuple(dict.fromkeys(link.url.host for link in self.web_links))

    @lazy
    def link_sites(self) -> frozenset[str]:
        """Registered domains that the web links go to."""
        return frozenset(link.site for link in self.web_links)

    @lazy
    def leads_away(self) -> bool:
        """It links to the web, but nowhere to the sender's own domain."""
        return bool(self.link_sites) and self.sender.site not in self.link_sites

    @lazy
    def is_reply(self) -> bool:
        """It refers to an earlier message."""
        return "in-reply-to" in self.fields or "references" in self.fields

    @lazy
    def is_list(self) -> bool:
        """It says that a mailing list sent it."""
        return "list-id" in self.fields or "list-post" in self.fields

    @lazy
    def date(self) -> datetime | None:
        """What Date says, with a time zone; None if it says nothing readable."""
        return read_date(self.fields.get("date", b""))

    @lazy
    def received(self) -> datetime | None:
        """When the newest Received field says it came in: our clock plays no part, so a verdict can be repeated."""
        return read_date(self.fields.get("received", b"").rpartition(b";")[2])


def read_date(value: bytes) -> datetime | None:
    """A date of RFC 5322 section 3.3; None if it is none."""
    usual = _USUAL_DATE.match(value)
    try:
        if usual is not None:
            day, month, year, hour, minute, second, sign, hours, minutes = usual.groups()
            zone = timedelta(hours=int(hours), minutes=int(minutes))
            moment = (int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second))
            return datetime(*moment, tzinfo=timezone(zone if sign == b"+" else -zone))
        date = parsedate_to_datetime(value[:100].decode("ascii"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)


def _mailbox(match: "re.Match[bytes]") -> Mailbox:
    address = match[2] or match[3] or b""
    local, _, domain = address.decode("utf-8", "replace").rpartition("@")
    name = charsets.from_header((match[1] or b"").strip().strip(b'"').replace(b"\\", b""))[0].strip()
    return Mailbox(name, local, domain.lower().rstrip("."))
