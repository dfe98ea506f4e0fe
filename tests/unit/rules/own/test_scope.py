"""For whom a list holds."""

import pytest

from filter.envelope import NO_ENVELOPE, Envelope
from filter.rules.own.entries import Addresses, Domains
from filter.rules.own.scope import EVERYWHERE, Reach, Scope

BOSS = Scope(addresses=Addresses(["boss@example.net"]))
SALES = Scope(domains=Domains(["sales.example.net"]))
OUTBOUND = Scope(listeners=frozenset({"submission"}))


def to(*recipients: bytes, listener: str = "inbound") -> Envelope:
    return Envelope(b"a@b.test", recipients, listener=listener)


@pytest.mark.parametrize(
    ("scope", "envelope", "holds"),
    [
        (EVERYWHERE, NO_ENVELOPE, True),
        (BOSS, to(b"BOSS@example.net"), True),
        (BOSS, to(b"boss@example.net", b"ann@example.net"), False),  # one verdict for both
        (BOSS, NO_ENVELOPE, False),
        (SALES, to(b"x@sales.example.net", b"y@deep.sales.example.net"), True),
        (SALES, to(b"x@example.net"), False),
        (OUTBOUND, to(b"x@example.net", listener="submission"), True),
        (OUTBOUND, to(b"x@example.net"), False),
        (Scope(frozenset({"submission"}), Addresses(["boss@example.net"])), to(b"boss@example.net"), False),
    ],
)
def test_a_list_holds_only_if_the_whole_message_lies_within(scope: Scope, envelope: Envelope, holds: bool) -> None:
    assert scope.holds(envelope) is holds


@pytest.mark.parametrize(
    ("scope", "reach"),
    [
        (EVERYWHERE, Reach.ALL),
        (OUTBOUND, Reach.LISTENER),
        (SALES, Reach.DOMAIN),
        (BOSS, Reach.RECIPIENT),
        (Scope(addresses=BOSS.addresses, domains=SALES.domains), Reach.DOMAIN),
    ],
)
def test_how_far_it_reaches(scope: Scope, reach: Reach) -> None:
    assert scope.reach is reach
