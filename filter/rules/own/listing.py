"""Allow and deny: which entry of an operator's lists decides on a message.

Entries name a recipient, an address in From, a domain of From, or the network of the client. Which one wins:

0. That of the nearer scope: a list for a recipient before one for a domain, one for a listener, one for all mail.
1. The more specific: recipient before address before domain before network; among domains the longer, among networks
   the smaller.
2. Of two that are equally specific, the one that denies.
3. An allowed sender or domain counts only if it is proven to be the sender: by a trusted server (`rules/aligned.py`),
   or because the client is in a trusted or an allowed network. Otherwise ALLOW_UNPROVEN says so, with 0 points, and
   the next entry decides. From is written by the sender: without proof an allow list is a gift for forgers.
4. A denied sender needs no proof: who forges it is no better. An allowed recipient counts if all recipients of the
   message are allowed, a denied one if one of them is: one message has one verdict.

ALLOW_LISTED takes 50 points, DENY_LISTED adds 50: more than model and rules together usually say, but they add up as
all points do, and GTUBE (1000) still makes spam of a message that is allowed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from filter.rules import aligned
from filter.rules.evidence import Evidence
from filter.rules.own.entries import Addresses, Domains, Match, Networks
from filter.rules.own.scope import EVERYWHERE, Reach, Scope
from filter.verdict import Hit

ALLOWED, UNPROVEN, DENIED = "ALLOW_LISTED", "ALLOW_UNPROVEN", "DENY_LISTED"
_UNPROVEN = "sender is on the allow list, but nothing proves that it is them"
POINTS: Mapping[str, float] = {ALLOWED: -50.0, UNPROVEN: 0.0, DENIED: 50.0}
MEANINGS: Mapping[str, str] = {
    ALLOWED: "the operator's lists allow it",
    UNPROVEN: f"the {_UNPROVEN}",
    DENIED: "the operator's lists deny it",
}


class Kind(IntEnum):
    """What an entry names, the more specific the greater."""

    NETWORK = 1
    DOMAIN = 2
    SENDER = 3
    RECIPIENT = 4


@dataclass(frozen=True, slots=True)
class Lists:
    """What is allowed, or what is denied."""

    senders: Addresses = field(default_factory=Addresses)
    domains: Domains = field(default_factory=Domains)
    networks: Networks = field(default_factory=Networks)
    recipients: Addresses = field(default_factory=Addresses)

    def __len__(self) -> int:
        return len(self.senders) + len(self.domains) + len(self.networks) + len(self.recipients)

    def found(self, evidence: Evidence, *, denies: bool, reach: Reach = Reach.ALL) -> Iterator["Found"]:
        """Every entry that fits `evidence`, on lists of such a `reach`."""
        mailboxes = evidence.authors if denies else (evidence.sender,)
        recipients = [self.recipients.find(one.decode("utf-8", "replace")) for one in evidence.envelope.recipients]
        kinds = (
            (Kind.SENDER, [self.senders.find(one.address) for one in mailboxes]),
            (Kind.DOMAIN, [self.domains.find(one.domain) for one in mailboxes]),
            (Kind.NETWORK, [self.networks.find(evidence.envelope.client_address)]),
            (Kind.RECIPIENT, recipients if denies or None not in recipients else []),
        )
        for kind, matches in kinds:
            yield from (Found(reach, kind, match.weight, denies, match.entry) for match in matches if match)


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """An entry that fits a message; the greatest decides."""

    reach: Reach
    kind: Kind
    weight: int
    denies: bool
    entry: str

    @property
    def detail(self) -> str:
        """Which entry of which list."""
        whose = f" of the {self.reach.name.lower()}" if self.reach else ""
        return f"{self.kind.name.lower()} {self.entry} is on the {'deny' if self.denies else 'allow'} list{whose}"


@dataclass(frozen=True, slots=True)
class Scoped:
    """Lists that hold for some mail only."""

    scope: Scope
    allow: Lists
    deny: Lists

    def __len__(self) -> int:
        return len(self.allow) + len(self.deny)

    def found(self, evidence: Evidence) -> Iterator[Found]:
        """Every entry that fits `evidence`, if the lists hold for it."""
        if self.scope.holds(evidence.envelope):
            yield from self.allow.found(evidence, denies=False, reach=self.scope.reach)
            yield from self.deny.found(evidence, denies=True, reach=self.scope.reach)


class Listing:
    """An operator's allow and deny lists. Immutable; `points` replaces those of the symbols it names."""

    def __init__(
        self,
        allow: Lists,
        deny: Lists,
        trusted: Networks | None = None,
        points: Mapping[str, float] | None = None,
        scoped: Sequence[Scoped] = (),
    ) -> None:
        self._allow = allow
        self._all = (Scoped(EVERYWHERE, allow, deny), *scoped)
        self._trusted = trusted or Networks()
        self._points = {**POINTS, **{name: value for name, value in (points or {}).items() if name in POINTS}}

    def hits(self, evidence: Evidence) -> list[Hit]:
        """The hit of the entry that decides, after that of an allowed sender who is not proven; or none."""
        found = [one for lists in self._all for one in lists.found(evidence)]
        hits: list[Hit] = []
        for one in sorted(found, reverse=True):
            if one.denies:
                return [*hits, self._hit(DENIED, one.detail)]
            proof = self._proof(one, evidence)
            if proof is not None:
                return [*hits, self._hit(ALLOWED, f"{one.detail}{proof}")]
            hits = hits or [self._hit(UNPROVEN, f"{_UNPROVEN}: {aligned.why_not(evidence)}")]
        return hits

    def _hit(self, symbol: str, detail: str) -> Hit:
        return Hit(symbol, self._points[symbol], detail)

    def _proof(self, one: Found, evidence: Evidence) -> str | None:
        """What proves an allowed entry, as the rest of its detail; None if nothing does."""
        if one.kind in (Kind.RECIPIENT, Kind.NETWORK):
            return ""
        said = aligned.proof(evidence)
        if said is not None:
            return f"; {said}"
        network = self._network(evidence)
        return f"; the client is in {network.entry}" if network else None

    def _network(self, evidence: Evidence) -> Match | None:
        address = evidence.envelope.client_address
        return self._trusted.find(address) or self._allow.networks.find(address)
