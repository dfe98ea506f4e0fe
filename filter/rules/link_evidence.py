"""What rules ask of a message's links."""

from collections.abc import Mapping
from typing import NamedTuple

from filter import urls
from filter.rules import hosts
from filter.rules.domains import site
from filter.rules.header_evidence import HeaderEvidence
from filter.rules.lazy import lazy

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
    """The header and the links of one message."""

    @lazy
    def web_links(self) -> tuple[WebLink, ...]:
        """Links to the web, those in HTML with their text, then those written out in text."""
        shown = {link.target: link.text for link in reversed(self.message.links)}
        urls = self.message.urls[:_MOST]
        return tuple(
            [WebLink(url, shown.get(url.text, ""), site(url.host)) for url in urls if url.host and url.scheme in _WEB]
        )

    @lazy
    def addresses_shown(self) -> tuple[WebLink, ...]:
        """Web links whose text may be an address."""
        return tuple([link for link in self.web_links if "." in link.text or "//" in link.text])

    @lazy
    def pictures(self) -> tuple[str, ...]:
        """What pictures are loaded from, one for each place where one is shown."""
        return tuple([link.target for link in self.message.links if link.tag == "img"])

    @lazy
    def clickable(self) -> tuple[WebLink, ...]:
        """Web links without those that only load a picture."""
        if not self.pictures:
            return self.web_links
        pictures = set(self.pictures).difference([link.target for link in self.message.links if link.tag != "img"])
        return tuple([link for link in self.web_links if link.url.text not in pictures])

    @lazy
    def foreign_links(self) -> tuple[WebLink, ...]:
        """Links to follow with more than a bare host, which is not the sender's."""
        own = self.own_site
        return tuple([link for link in self.clickable if len(link.url.rest) > 8 and link.site != own])

    @lazy
    def picture_hosts(self) -> tuple[str, ...]:
        """Hosts that pictures are loaded from."""
        if not self.pictures:
            return ()
        targets = dict.fromkeys(self.pictures)
        hosts = {url.text: url.host for url in self.message.urls if url.text in targets}
        return tuple(dict.fromkeys([hosts[target] for target in targets if hosts.get(target)]))

    @lazy
    def links_are_odd(self) -> bool:
        """A link holds what few do: @, escapes, back slashes, a port, no web address, or letters beyond ASCII."""
        text = self.link_text
        if not text.isascii() or text.count(":") > text.count("://"):
            return True
        return any(mark in text for mark in _ODD_MARKS)

    @lazy
    def link_text(self) -> str:
        """All links as they are written, to see at a glance what none of them holds."""
        return "\n".join([url.text[:_LONGEST] for url in self.message.urls])

    @lazy
    def link_hosts(self) -> tuple[str, ...]:
        """Hosts that the web links go to."""
        return tuple(dict.fromkeys([link.url.host for link in self.web_links]))

    @lazy
    def link_sites(self) -> frozenset[str]:
        """Registered domains that the web links go to."""
        return frozenset([link.site for link in self.web_links])

    @lazy
    def host_traits(self) -> Mapping[str, str]:
        """Traits of the hosts that links lead to (`hosts.traits`), each with the first host that has it."""
        found: dict[str, str] = {}
        for host in self.link_hosts:
            for trait in hosts.traits(host):
                found.setdefault(trait, host)
        return found
