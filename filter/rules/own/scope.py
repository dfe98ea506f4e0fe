"""For whom a list holds: mail of some listeners, mail to some addresses or domains, or all mail."""

from dataclasses import dataclass, field
from enum import IntEnum

from filter.envelope import Envelope
from filter.rules.own.entries import Addresses, Domains


class Reach(IntEnum):
    """How far a list reaches, the nearer to a person the greater."""

    ALL = 0
    LISTENER = 1
    DOMAIN = 2
    RECIPIENT = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """Some listeners, if any are named, and some recipients, if any are named."""

    listeners: frozenset[str] = frozenset()
    addresses: Addresses = field(default_factory=Addresses)
    domains: Domains = field(default_factory=Domains)

    @property
    def reach(self) -> Reach:
        """How far this reaches; of addresses and domains named together, as far as the domains do."""
        if len(self.domains):
            return Reach.DOMAIN
        if len(self.addresses):
            return Reach.RECIPIENT
        return Reach.LISTENER if self.listeners else Reach.ALL

    def holds(self, envelope: Envelope) -> bool:
        """Whether all of a message lies within: one message has one verdict, so all its recipients must."""
        if self.listeners and envelope.listener not in self.listeners:
            return False
        if not (len(self.addresses) or len(self.domains)):
            return True
        recipients = [one.decode("utf-8", "replace") for one in envelope.recipients]
        return bool(recipients) and all(map(self._names, recipients))

    def _names(self, recipient: str) -> bool:
        domain = recipient.rpartition("@")[2]
        return self.addresses.find(recipient) is not None or self.domains.find(domain) is not None


EVERYWHERE = Scope()
