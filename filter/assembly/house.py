"""What all doors of a server share, and whose terms count at which of them."""

import asyncio
import importlib.metadata
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from filter.changeover import Changeover
from filter.config.settings import Settings
from filter.door.desk import Desk, Teacher, Witness
from filter.policy import Policy
from filter.reply import Reply
from filter.rules.own.entries import usual_address, usual_domain
from filter.smtp.relay import Relay
from filter.terms import PolicyBook, Terms


def version() -> str:
    """Return the version of this distribution."""
    return importlib.metadata.version("hamgate")


def hostname() -> str:
    """Return the name we call ourselves in SMTP (RFC 5321 section 2.3.5), asked once: a resolver may be slow."""
    name = socket.getfqdn()
    return name if name.isascii() and name.isprintable() and " " not in name else "localhost"


def policy_book(settings: Settings, terms: Terms) -> PolicyBook:
    """Whose terms count at a door that has `terms` of its own."""
    policy = terms.over(settings.policy.over(Policy()))
    domains, recipients = settings.policy.domains, settings.policy.recipients
    return PolicyBook(
        policy,
        {usual_domain(name): terms for name, terms in domains.items()},
        {usual_address(name): terms for name, terms in recipients.items()},
    )


@dataclass(frozen=True, slots=True)
class House:
    """Settings that are to be taken up, and what serves under them."""

    settings: Settings
    relays: Mapping[str, Relay]
    judge: Changeover
    hostname: str
    witnesses: tuple[Witness, ...]
    orphaned: Callable[[bool], None]
    committing: "set[asyncio.Task[tuple[Reply, ...]]]"

    def desk(self, name: str, terms: Terms) -> Desk:
        """What is behind the door `name`, which has `terms` of its own."""
        return Desk(
            judge=self.judge, book=self.book(terms), version=version(), hostname=self.hostname, listener=name,
            witnesses=self.witnesses,
        )  # fmt: skip

    @property
    def teacher(self) -> Teacher | None:
        """Who learns; None without a state to learn into."""
        return self.judge if self.settings.model.state else None

    def book(self, terms: Terms) -> PolicyBook:
        """Whose terms count at a door that has `terms` of its own."""
        return policy_book(self.settings, terms)
