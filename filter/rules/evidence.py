"""What rules ask of a message: each answer is worked out once, and only if a rule asks."""

from filter.envelope import NO_ENVELOPE, Envelope
from filter.message import Message
from filter.rules.domains import site
from filter.rules.lazy import lazy
from filter.rules.link_evidence import LinkEvidence
from filter.rules.link_lists import MAIL_SERVICES, REWRITERS
from filter.rules.settings import DEFAULTS, RuleSettings
from filter.rules.text_evidence import TextEvidence

_MANY_LINKS = 4
_VOUCHING = MAIL_SERVICES | REWRITERS


def _is_beside(own: str, other: str) -> bool:
    """Two registered domains are one, or bear one name: many firms have one for mail beside the one for the web."""
    name, label = own.partition(".")[0], other.partition(".")[0]
    return other == own or (len(label) >= 4 and (label in name or name in label))


class Evidence(TextEvidence, LinkEvidence):
    """One message, its envelope and the operator's settings."""

    def __init__(self, message: Message, envelope: Envelope = NO_ENVELOPE, settings: RuleSettings = DEFAULTS) -> None:
        super().__init__(message, envelope, settings)

    @lazy
    def leaves(self) -> bool:
        """It is HTML that speaks of a way to unsubscribe."""
        return bool(self.tags) and "unsubscribe" in self.text_cues

    @lazy
    def is_mailing(self) -> bool:
        """It looks like a mailing to many, with several links that all lead away."""
        if not self.tags or self.is_list or self.is_reply or "list-unsubscribe" in self.fields:
            return False
        return len(self.web_links) >= _MANY_LINKS and self.leads_away

    @lazy
    def is_foreign_page(self) -> bool:
        """HTML alone, which no mail program of a person sends, with links, and nothing in it on the sender's domain."""
        own = self.own_site
        if not self.tags or not self.is_html_only or not self.clickable or not own or self.is_reply or self.is_list:
            return False
        if "list-unsubscribe" in self.fields or own in self.link_sites or not self.link_sites.isdisjoint(_VOUCHING):
            return False
        return not any(_is_beside(own, other) for other in self.link_sites | set(map(site, self.picture_hosts)))

    @lazy
    def wants_a_click(self) -> bool:
        """It leads somewhere that is not the sender's, or brings a file.

        That it says to be an answer or from a list is no excuse: both are forged with one line.
        """
        return self.leads_away or any(not file.part.content_type.startswith("image/") for file in self.attached)

    @lazy
    def leads_away(self) -> bool:
        """It links to the web, but nowhere to the sender's own domain."""
        return bool(self.link_sites) and self.own_site not in self.link_sites
