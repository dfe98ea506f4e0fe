"""Whose policy counts for a recipient: terms of the whole server, of a listener, of a domain and of a recipient.

One order, from the weakest to the strongest: `[policy]`, `[listeners.NAME.policy]`, the domain of the recipient (the
longest that fits; a domain stands for its subdomains too), the recipient. What a stronger one does not say, the
weaker one says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from filter.policy import Policy
from filter.rules.own.entries import usual_address

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")

Off = Literal["off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientTerms:
    """What a domain or a recipient may want otherwise."""

    tag_at: float | None = None
    """Points from which a message is marked as spam; 5 if no table says it."""
    reject_at: float | Off | None = None
    """Points from which a message is refused with 550, or "off", which holds if no table says it
    (evaluate on your own mail first)."""
    hold_at: float | Off | None = None
    """Points from which a message is held for a person to look at: a milter puts it on hold, elsewhere it is delivered
    with X-Hamgate-Hold, on which the relay can (see "Mail held for review" in the README). "off" if no table says."""
    monitor: bool | None = None
    """Deliver all, and only say in log and header what would have happened (no)."""

    def over(self, policy: Policy) -> Policy:
        """`policy` with what these terms say instead."""
        said = {one.name: getattr(self, one.name, None) for one in fields(policy)}  # tables have more than terms
        changes: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
        changes = {name: None if value == "off" else value for name, value in changes.items()}
        return replace(policy, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(RecipientTerms):
    """What a listener or the whole server says."""

    mark: bool | None = None
    """Put X-Spam headers on messages; false leaves every octet as it came, for outgoing mail (true)."""
    on_fault: Literal["tempfail", "pass"] | None = None
    """What a message gets that cannot be judged: "tempfail" (451, the sender tries again) or "pass" (on to the
    relay, with X-Hamgate-Unscanned). "tempfail" if no table says it."""
    detail: Literal["neutral", "full"] | None = None
    """Whether a refusal names what counted most ("full", for your own users) or not ("neutral", which is what
    holds if no table says it)."""
    contact: str | None = None
    """Whom a refused sender can ask: an address or a URL; else the postmaster of this site."""


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """The policy of one listener, and what domains and recipients want otherwise (lower case, ASCII)."""

    policy: Policy = field(default_factory=Policy)
    domains: Mapping[str, RecipientTerms] = field(default_factory=dict)
    recipients: Mapping[str, RecipientTerms] = field(default_factory=dict)

    def of(self, recipient: bytes) -> Policy:
        """The policy for the mailbox `recipient` (octets between the angle brackets)."""
        if not (self.domains or self.recipients):
            return self.policy
        address = _mailbox(recipient)
        policy = self.policy
        for name in reversed(list(_above(address.rpartition("@")[2]))):
            policy = self.domains[name].over(policy) if name in self.domains else policy
        terms = self.recipients.get(address)
        return terms.over(policy) if terms else policy


def _mailbox(recipient: bytes) -> str:
    """The address as settings write it: without a source route (RFC 5321 appendix C) and needless quotes."""
    text = recipient.decode("utf-8", "replace")
    if text.startswith("@"):
        text = text.partition(":")[2]
    local, _, domain = text.rpartition("@")
    quoted = _QUOTED.fullmatch(local)
    plain = _ESCAPED.sub(r"\1", quoted[1]) if quoted else local
    return usual_address(f"{plain}@{domain}")


def _above(domain: str) -> list[str]:
    """`domain` and all above it, the longest first; of more than 127 labels (RFC 1035 section 2.3.4) the last ones."""
    labels = domain.split(".")[-127:]
    return [".".join(labels[start:]) for start in range(len(labels))]
