"""What rules ask of a message's links."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from filter import html, urls
from filter.envelope import Envelope
from filter.message import Message
from filter.rules import hosts
from filter.rules.cues import NONE
from filter.rules.domains import site
from filter.rules.header_evidence import HeaderEvidence
from filter.rules.lazy import lazy
from filter.rules.settings import RuleSettings

_MOST = 200
_LONGEST = 1_000
_WEB = ("http", "https")
_ODD_MARKS = ("@", "%", "\\")


class WebLink(NamedTuple):
    """A link that a browser follows, what its reader sees (empty for plain text), and its registered domain."""

    url: urls.Url
    text: str
    site: str


class LinkEvidence(HeaderEvidence):
    """The header and the links of one message; what nearly every message is asked of them is seen at one glance."""

    web_links: tuple[WebLink, ...] = ()
    """Links to the web, those in HTML with their text, then those written out in text."""
    pictures: tuple[str, ...] = ()
    """What pictures are loaded from, one for each place where one is shown."""
    clickable: tuple[WebLink, ...] = ()
    """Web links without those that only load a picture."""
    addresses_shown: tuple[WebLink, ...] = ()
    """Web links whose text may be an address."""
    foreign_links: tuple[WebLink, ...] = ()
    """Links to follow with more than a bare host, which is not the sender's."""
    link_hosts: tuple[str, ...] = ()
    """Hosts that the web links go to."""
    link_sites: frozenset[str] = NONE
    """Registered domains that the web links go to."""
    link_text = ""
    """All links as they are written, to see at a glance what none of them holds."""
    links_are_odd = False
    """A link holds what few do: @, escapes, back slashes, a port, no web address, or letters beyond ASCII."""

    def __init__(self, message: Message, envelope: Envelope, settings: RuleSettings) -> None:
        super().__init__(message, envelope, settings)
        self.urls = message.urls
        if message.urls or message.links:
            self._look_at_links(message.links)

    def _look_at_links(self, links: Sequence[html.Link]) -> None:
        shown = {link.target: link.text for link in reversed(links)}
        found = [
            WebLink(url, shown.get(url.text, ""), site(url.host))
            for url in self.urls[:_MOST]
            if url.host and url.scheme in _WEB
        ]
        self.web_links = self.clickable = tuple(found)
        if shown:
            self.addresses_shown = tuple([link for link in found if "." in link.text or "//" in link.text])
            self.pictures = tuple([link.target for link in links if link.tag == "img"])
        if self.pictures:
            pictures = set(self.pictures).difference([link.target for link in links if link.tag != "img"])
            self.clickable = tuple([link for link in found if link.url.text not in pictures])
        own = self.own_site
        self.foreign_links = tuple([link for link in self.clickable if len(link.url.rest) > 8 and link.site != own])
        self.link_hosts = tuple(dict.fromkeys([link.url.host for link in found]))
        self.link_sites = frozenset([link.site for link in found])
        self.link_text = text = "\n".join([url.text[:_LONGEST] for url in self.urls])
        self.links_are_odd = (
            not text.isascii() or text.count(":") > text.count("://") or any(mark in text for mark in _ODD_MARKS)
        )

    @lazy
    def picture_hosts(self) -> tuple[str, ...]:
        """Hosts that pictures are loaded from."""
        if not self.pictures:
            return ()
        targets = dict.fromkeys(self.pictures)
        hosts = {url.text: url.host for url in self.message.urls if url.text in targets}
        return tuple(dict.fromkeys([hosts[target] for target in targets if hosts.get(target)]))

    @lazy
    def host_traits(self) -> Mapping[str, str]:
        """Traits of the hosts that links lead to (`hosts.traits`), each with the first host that has it."""
        found: dict[str, str] = {}
        for host in self.link_hosts:
            for trait in hosts.traits(host):
                found.setdefault(trait, host)
        return found
