"""What rules ask of a message: each answer is worked out once, and only if a rule asks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property

from filter import charsets, urls
from filter.envelope import NO_ENVELOPE, Envelope
from filter.message import Message
from filter.rules import brands, text_cues
from filter.rules.attached import Attached, attached
from filter.rules.domains import site

_TEXT = 20_000
_CUED = 6_000
_MAILBOX = re.compile(
    rb'("(?:[^"\\]|\\.){0,500}"|[^",<>]{0,500})\s*<([^<>\s]{1,320})>|([^\s",<>;:()]{1,64}@[^\s",<>;()]{1,255})'
)
_MOST_MAILBOXES = 200


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


DEFAULTS = RuleSettings()


class Evidence:
    """One message, its envelope and the operator's settings."""

    def __init__(self, message: Message, envelope: Envelope = NO_ENVELOPE, settings: RuleSettings = DEFAULTS) -> None:
        self.message = message
        self.envelope = envelope
        self.settings = settings

    @cached_property
    def fields(self) -> dict[str, bytes]:
        """Raw value of the first field of each name (lower case): one look instead of one per question."""
        return {header.name: header.value for header in reversed(self.message.headers)}

    def mailboxes(self, name: str) -> tuple[Mailbox, ...]:
        """All addresses in the header fields `name` (lower case)."""
        found = (match for value in self.message.all(name) for match in _MAILBOX.finditer(value[:20_000]))
        return tuple(_mailbox(match) for match, _ in zip(found, range(_MOST_MAILBOXES), strict=False))

    @cached_property
    def sender(self) -> Mailbox:
        """The first address of From."""
        return next(iter(self.mailboxes("from")), NOBODY)

    @cached_property
    def reply_to(self) -> Mailbox:
        """The first address of Reply-To; nobody if there is none."""
        return next(iter(self.mailboxes("reply-to")), NOBODY)

    @cached_property
    def recipients(self) -> tuple[Mailbox, ...]:
        """Addresses in To and Cc."""
        return self.mailboxes("to") + self.mailboxes("cc")

    @cached_property
    def text(self) -> str:
        """The first 20 000 characters that a reader sees."""
        return self.message.text[:_TEXT]

    @cached_property
    def words(self) -> int:
        """How many words a reader sees in `text`."""
        return len(self.text.split())

    @cached_property
    def folded(self) -> str:
        """Subject and the first 6000 characters of the text in plain ASCII letters, with single spaces."""
        return text_cues.fold(f"{self.message.subject[:500]}\n{self.message.text[:_CUED]}")

    @cached_property
    def text_cues(self) -> frozenset[str]:
        """Names of the wordings found in subject and text (`rules/text_cues.py`)."""
        return text_cues.cues(self.message.text[:_CUED], self.folded)

    @cached_property
    def attached(self) -> tuple[Attached, ...]:
        """The first attached files."""
        return attached(self.message)

    @cached_property
    def web_links(self) -> tuple[WebLink, ...]:
        """Links to the web, those in HTML with their text, then those written out in text."""
        shown = {link.target: link.text for link in reversed(self.message.links)}
        return tuple(WebLink(url, shown.get(url.text, "")) for url in self.message.urls if url.is_web and url.host)

    @cached_property
    def link_sites(self) -> frozenset[str]:
        """Registered domains that the web links go to."""
        return frozenset(link.site for link in self.web_links)

    @cached_property
    def leads_away(self) -> bool:
        """It links to the web, but nowhere to the sender's own domain."""
        return bool(self.link_sites) and self.sender.site not in self.link_sites

    @cached_property
    def is_reply(self) -> bool:
        """It refers to an earlier message."""
        return "in-reply-to" in self.fields or "references" in self.fields

    @cached_property
    def is_list(self) -> bool:
        """It says that a mailing list sent it."""
        return "list-id" in self.fields or "list-post" in self.fields

    @cached_property
    def date(self) -> datetime | None:
        """What Date says, with a time zone; None if it says nothing readable."""
        return read_date(self.message.raw("date"))

    @cached_property
    def received(self) -> datetime | None:
        """When the newest Received field says it came in: our clock plays no part, so a verdict can be repeated."""
        newest = next(iter(self.message.all("received")), b"")
        return read_date(newest.rpartition(b";")[2])


def read_date(value: bytes) -> datetime | None:
    """A date of RFC 5322 section 3.3; None if it is none."""
    try:
        date = parsedate_to_datetime(value[:100].decode("ascii"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)


def _mailbox(match: "re.Match[bytes]") -> Mailbox:
    address = match[2] or match[3] or b""
    local, _, domain = address.decode("utf-8", "replace").rpartition("@")
    name = charsets.from_header((match[1] or b"").strip().strip(b'"').replace(b"\\", b""))[0].strip()
    return Mailbox(name, local, domain.lower().rstrip("."))
