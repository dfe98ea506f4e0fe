"""Addresses as header fields show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.rules.mailboxes import Mailbox, read


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (b"anna@example.org", [Mailbox("", "anna", "example.org")]),
        (b"Anna Berg <anna@Example.ORG>", [Mailbox("Anna Berg", "anna", "example.org")]),
        (b'"Berg, Anna" <anna@example.org>', [Mailbox("Berg, Anna", "anna", "example.org")]),
        (b"=?utf-8?q?J=C3=B6rg?= <j@example.org>", [Mailbox("J\u00f6rg", "j", "example.org")]),
        (b"a@example.org, B <b@example.net>", [Mailbox("", "a", "example.org"), Mailbox("B", "b", "example.net")]),
        (b"anna@example.org (Anna)", [Mailbox("", "anna", "example.org")]),
        (b"undisclosed-recipients:;", []),
        (b"", []),
    ],
)
def test_fields_as_they_come(field: bytes, expected: list[Mailbox]) -> None:
    assert list(read([field])) == expected


def test_several_fields_are_read_together_and_bounded() -> None:
    assert [box.address for box in read([b"a@example.org", b"b@example.org"])] == ["a@example.org", "b@example.org"]
    assert len(read([b"a@example.org, " * 1000])) == 200


def test_the_registered_domain() -> None:
    assert read([b"a@mail.shop.example.co.uk"])[0].site == "example.co.uk"


@given(st.binary(max_size=300))
def test_any_bytes_are_read(field: bytes) -> None:
    assert all(isinstance(box, Mailbox) for box in read([field]))
