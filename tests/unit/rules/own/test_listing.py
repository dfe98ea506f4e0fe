"""Which entry of the allow and deny lists decides."""

from dataclasses import replace

import pytest

from filter.envelope import Envelope
from filter.message import parse
from filter.rules.evidence import Evidence
from filter.rules.own.entries import Addresses, Domains, Networks
from filter.rules.own.listing import ALLOWED, DENIED, UNPROVEN, Listing, Lists, Scoped
from filter.rules.own.scope import Scope
from filter.rules.settings import RuleSettings

OURS = RuleSettings(trusted_authserv_ids=frozenset({"mx.example.net"}))
SENDER, DOMAIN, SUBDOMAIN = (
    Addresses(["boss@mail.example.org"]),
    Domains(["example.org"]),
    Domains(["mail.example.org"]),
)
NETWORK, HOST = Networks(["192.0.2.0/24"]), Networks(["192.0.2.7"])
RECIPIENT = Addresses(["tom@example.net"])
PROVEN = "Authentication-Results: mx.example.net; dmarc=pass\n"
ENVELOPE = Envelope(b"boss@mail.example.org", (b"tom@example.net",), "192.0.2.7")


def judged(listing: Listing, head: str = PROVEN, envelope: Envelope = ENVELOPE, sender: str = "") -> list[str]:
    raw = f"{head}From: {sender or 'boss@mail.example.org'}\n\nbody\n".encode()
    return [hit.symbol for hit in listing.hits(Evidence(parse(raw), envelope, OURS))]


@pytest.mark.parametrize(
    ("allow", "deny", "symbols"),
    [
        (Lists(), Lists(), []),
        (Lists(senders=SENDER), Lists(), [ALLOWED]),
        (Lists(), Lists(senders=SENDER), [DENIED]),
        # the more specific wins
        (Lists(recipients=RECIPIENT), Lists(senders=SENDER), [ALLOWED]),
        (Lists(senders=SENDER), Lists(recipients=RECIPIENT), [DENIED]),
        (Lists(senders=SENDER), Lists(domains=SUBDOMAIN), [ALLOWED]),
        (Lists(domains=SUBDOMAIN), Lists(senders=SENDER), [DENIED]),
        (Lists(domains=DOMAIN), Lists(networks=HOST), [ALLOWED]),
        (Lists(networks=HOST), Lists(domains=DOMAIN), [DENIED]),
        (Lists(domains=SUBDOMAIN), Lists(domains=DOMAIN), [ALLOWED]),
        (Lists(domains=DOMAIN), Lists(domains=SUBDOMAIN), [DENIED]),
        (Lists(networks=HOST), Lists(networks=NETWORK), [ALLOWED]),
        (Lists(networks=NETWORK), Lists(networks=HOST), [DENIED]),
        # of two that are equally specific, the one that denies
        (Lists(recipients=RECIPIENT), Lists(recipients=RECIPIENT), [DENIED]),
        (Lists(senders=SENDER), Lists(senders=SENDER), [DENIED]),
        (Lists(domains=DOMAIN), Lists(domains=DOMAIN), [DENIED]),
        (Lists(networks=NETWORK), Lists(networks=NETWORK), [DENIED]),
    ],
)
def test_precedence(allow: Lists, deny: Lists, symbols: list[str]) -> None:
    assert judged(Listing(allow, deny)) == symbols


@pytest.mark.parametrize(
    ("allow", "deny", "symbols"),
    [
        (Lists(senders=SENDER), Lists(), [UNPROVEN]),
        (Lists(domains=DOMAIN), Lists(), [UNPROVEN]),
        (Lists(senders=SENDER, domains=DOMAIN), Lists(), [UNPROVEN]),
        (Lists(senders=SENDER), Lists(domains=DOMAIN), [UNPROVEN, DENIED]),
        (Lists(senders=SENDER, recipients=RECIPIENT), Lists(), [ALLOWED]),
        (Lists(recipients=RECIPIENT), Lists(), [ALLOWED]),
        (Lists(networks=NETWORK), Lists(), [ALLOWED]),
        (Lists(senders=SENDER, networks=NETWORK), Lists(), [ALLOWED]),
        (Lists(senders=SENDER, networks=Networks(["203.0.113.0/24"])), Lists(), [UNPROVEN]),
        (Lists(), Lists(senders=SENDER), [DENIED]),
    ],
)
def test_without_proof_an_allowed_sender_does_not_count(allow: Lists, deny: Lists, symbols: list[str]) -> None:
    assert judged(Listing(allow, deny), head="") == symbols


def test_a_trusted_network_is_proof() -> None:
    assert judged(Listing(Lists(senders=SENDER), Lists(), trusted=NETWORK), head="") == [ALLOWED]


def test_one_of_many_recipients_is_enough_to_deny_but_not_to_allow() -> None:
    two = Envelope(b"a@b.test", (b"tom@example.net", b"ann@example.net"))
    assert judged(Listing(Lists(recipients=RECIPIENT), Lists()), envelope=two) == []
    assert judged(Listing(Lists(), Lists(recipients=RECIPIENT)), envelope=two) == [DENIED]
    assert judged(Listing(Lists(recipients=RECIPIENT), Lists()), envelope=Envelope()) == []


def test_a_denied_sender_may_stand_anywhere_in_from_an_allowed_one_must_be_first() -> None:
    both = "someone@else.example, boss@mail.example.org"
    assert judged(Listing(Lists(), Lists(senders=SENDER)), sender=both) == [DENIED]
    assert judged(Listing(Lists(senders=SENDER), Lists()), sender=both) == []


def test_details_and_points() -> None:
    listing = Listing(Lists(senders=SENDER), Lists(domains=DOMAIN), points={DENIED: 12.0, "GTUBE": 1.0})
    raw = b"From: boss@mail.example.org\n\nbody\n"
    hits = listing.hits(Evidence(parse(raw), ENVELOPE, OURS))
    assert [(hit.points, hit.detail) for hit in hits] == [
        (
            0.0,
            "sender is on the allow list, but nothing proves that it is them: "
            "no Authentication-Results of a trusted server",
        ),
        (12.0, "domain example.org is on the deny list"),
    ]
    proven = listing.hits(Evidence(parse(PROVEN.encode() + raw), ENVELOPE, OURS))
    assert [(hit.points, hit.detail) for hit in proven] == [
        (
            -50.0,
            "sender boss@mail.example.org is on the allow list; mx.example.net says dmarc=pass for example.org",
        )
    ]


TOM = Scope(addresses=Addresses(["tom@example.net"]))
EXAMPLE = Scope(domains=Domains(["example.net"]))
INBOUND = Scope(listeners=frozenset({"inbound"}))
OTHER = Scope(addresses=Addresses(["ann@example.net"]))


@pytest.mark.parametrize(
    ("scoped", "symbols"),
    [
        ([Scoped(TOM, Lists(), Lists(senders=SENDER))], [DENIED]),
        ([Scoped(OTHER, Lists(), Lists(senders=SENDER))], [ALLOWED]),  # not about this recipient
        # the nearer list decides, even by a less specific entry
        ([Scoped(TOM, Lists(), Lists(domains=DOMAIN))], [DENIED]),
        ([Scoped(INBOUND, Lists(), Lists(senders=SENDER)), Scoped(TOM, Lists(domains=DOMAIN), Lists())], [ALLOWED]),
        ([Scoped(TOM, Lists(), Lists(networks=NETWORK)), Scoped(EXAMPLE, Lists(senders=SENDER), Lists())], [DENIED]),
        (
            [Scoped(EXAMPLE, Lists(), Lists(networks=NETWORK)), Scoped(INBOUND, Lists(senders=SENDER), Lists())],
            [DENIED],
        ),
    ],
)
def test_the_nearer_list_decides(scoped: list[Scoped], symbols: list[str]) -> None:
    envelope = replace(ENVELOPE, listener="inbound")
    assert judged(Listing(Lists(senders=SENDER), Lists(), scoped=scoped), envelope=envelope) == symbols


def test_whose_list_it_was_stands_in_the_detail() -> None:
    listing = Listing(Lists(), Lists(), scoped=[Scoped(TOM, Lists(), Lists(senders=SENDER))])
    (hit,) = listing.hits(Evidence(parse(b"From: boss@mail.example.org\n\n"), ENVELOPE, OURS))
    assert hit.detail == "sender boss@mail.example.org is on the deny list of the recipient"
