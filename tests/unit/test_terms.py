"""Whose terms count: [policy], then the listener, then the recipient's domain, then the recipient."""

import pytest

from filter.config.settings import PolicySettings
from filter.policy import Policy
from filter.terms import PolicyBook, RecipientTerms, Terms

BOOK = PolicyBook(
    Terms(contact="help@example.net").over(Policy(tag_at=5.0, reject_at=15.0)),
    domains={
        "example.net": RecipientTerms(tag_at=6.0),
        "sales.example.net": RecipientTerms(reject_at="off"),
        "xn--bcher-kva.example": RecipientTerms(tag_at=9.0),
    },
    recipients={"boss@sales.example.net": RecipientTerms(tag_at=8.0, monitor=True)},
)


@pytest.mark.parametrize(
    ("recipient", "tag_at", "reject_at", "monitor"),
    [
        (b"ann@elsewhere.test", 5.0, 15.0, False),
        (b"ann@example.net", 6.0, 15.0, False),
        (b"Ann@EXAMPLE.NET.", 6.0, 15.0, False),
        (b"ann@example.net.evil.test", 5.0, 15.0, False),
        (b"ann@sales.example.net", 6.0, None, False),  # the longer domain over the shorter, which still counts
        (b"ann@deep.sales.example.net", 6.0, None, False),
        (b"BOSS@sales.example.net", 8.0, None, True),
        (b"boss@example.net", 6.0, 15.0, False),
        (b"postmaster", 5.0, 15.0, False),
        (b"\xff@example.net", 6.0, 15.0, False),
        (b'"boss"@sales.example.net', 8.0, None, True),  # the same mailbox, written otherwise
        (b"@relay.test,@b.test:boss@sales.example.net", 8.0, None, True),
        ("ann@b\u00fccher.example".encode(), 9.0, 15.0, False),
        (b"ann@xn--bcher-kva.example", 9.0, 15.0, False),
    ],
)
def test_the_nearest_terms_count(recipient: bytes, tag_at: float, reject_at: float | None, monitor: bool) -> None:
    policy = BOOK.of(recipient)
    assert (policy.tag_at, policy.reject_at, policy.monitor) == (tag_at, reject_at, monitor)
    assert policy.contact == "help@example.net"


def test_a_recipient_of_a_thousand_labels_is_looked_up_at_once() -> None:
    assert BOOK.of(b"a@" + b"x." * 2000 + b"example.net").tag_at == 6.0


def test_terms_that_say_nothing_change_nothing() -> None:
    assert Terms().over(Policy(3.0, 4.0)) == Policy(3.0, 4.0)


def test_off_is_no_number() -> None:
    assert Terms(reject_at="off").over(Policy(3.0, 4.0)).reject_at is None


def test_the_table_of_the_whole_server_has_more_than_terms() -> None:
    table = PolicySettings(tag_at=6.0, domains={"example.net": RecipientTerms(tag_at=9.0)})
    assert table.over(Policy()) == Policy(tag_at=6.0)
