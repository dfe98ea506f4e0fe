"""What may stand on a list, and what is found there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.rules.own.entries import Addresses, Domains, Match, Members, Networks, client


@pytest.mark.parametrize(
    ("entry", "value", "found"),
    [
        ("boss@example.org", "boss@example.org", True),
        ("Boss@Example.ORG", "bOSS@example.org", True),
        ("boss@bücher.example", "boss@xn--bcher-kva.example", True),
        ("boss@xn--bcher-kva.example", "boss@bücher.example", True),
        ("boss@example.org", "boss@mail.example.org", False),
        ("boss@example.org", "big.boss@example.org", False),
        ("boss@example.org", "", False),
        ("boss@example.org", "@", False),
        ("boss@example.org", "boss@" + "ü" * 100_000, False),
    ],
)
def test_addresses(entry: str, value: str, found: bool) -> None:
    assert (Addresses([entry]).find(value) is not None) is found


@pytest.mark.parametrize(
    ("entries", "value", "match"),
    [
        ("example.org", "example.org", (2, "example.org")),
        ("example.org", "Mail.Example.ORG.", (2, "example.org")),
        ("example.org mail.example.org", "a.mail.example.org", (3, "mail.example.org")),
        ("example.org", "notexample.org", None),
        ("example.org", "org", None),
        ("bücher.example", "news.xn--bcher-kva.example", (2, "xn--bcher-kva.example")),
        ("test", "any.test", (1, "test")),
        ("example.org", "", None),
        ("example.org", "a." * 5000 + "example.org", (2, "example.org")),
    ],
)
def test_domains_stand_for_those_below_them(entries: str, value: str, match: tuple[int, str] | None) -> None:
    assert Domains(entries.split()).find(value) == match


@pytest.mark.parametrize(
    ("entries", "value", "match"),
    [
        ("192.0.2.0/24", "192.0.2.77", (24, "192.0.2.0/24")),
        ("192.0.2.0/24 192.0.0.0/16", "192.0.2.77", (24, "192.0.2.0/24")),
        ("192.0.2.7", "192.0.2.7", (32, "192.0.2.7/32")),
        ("192.0.2.7", "192.0.2.8", None),
        ("192.0.2.0/24", "::ffff:192.0.2.77", (24, "192.0.2.0/24")),
        ("2001:db8::/32 192.0.2.0/24", "2001:db8::1", (32, "2001:db8::/32")),
        ("0.0.0.0/0", "::1", None),
        ("::/0", "192.0.2.1", None),
        ("2001:db8:1::/48 ::1 192.0.2.0/24", "192.0.2.1", (24, "192.0.2.0/24")),
        ("192.0.2.0/24", "unknown", None),
        ("192.0.2.0/24", "", None),
    ],
)
def test_networks(entries: str, value: str, match: tuple[int, str] | None) -> None:
    assert Networks(entries.split()).find(value) == match


@pytest.mark.parametrize(
    ("members", "entry", "text"),
    [
        (
            Addresses(),
            "example.org",
            "is no address: write name@example.org; whole domains belong in a list of domains",
        ),
        (Addresses(), "@example.org", "is no address: write name@example.org, or example.org in a list of domains"),
        (Addresses(), "Boss <boss@example.org>", "is no address: write name@example.org, without a name or comment"),
        (Addresses(), "boss@-", "is no address: write name@example.org, without a name or comment"),
        (Domains(), "*.example.org", "is no domain: write example.org, which means its subdomains too"),
        (Domains(), ".example.org", "is no domain: write example.org, which means its subdomains too"),
        (Domains(), "boss@example.org", "is an address: write the domain alone, or the address in a list of senders"),
        (Domains(), "example .org", "is no domain: write it as example.org"),
        (Domains(), "https://example.org/", "is no domain: write it as example.org"),
        (Networks(), "example.org", "is no network: write 192.0.2.0/24, 192.0.2.7 or 2001:db8::/32"),
        (Networks(), "192.0.2.0/33", "is no network: write 192.0.2.0/24, 192.0.2.7 or 2001:db8::/32"),
        (
            Networks(),
            "192.0.2.5/24",
            "has bits beyond its prefix: write 192.0.2.0/24 for the network, or 192.0.2.5 for the host",
        ),
    ],
)
def test_what_cannot_stand_there_is_explained(members: Members, entry: str, text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 # the text is what counts
        members.add(entry)
    assert str(caught.value) == text
    assert len(members) == 0


@given(st.text(max_size=40))
def test_any_text_is_looked_up_or_refused(text: str) -> None:
    said = []
    for members in (Addresses(), Domains(), Networks()):
        try:
            members.add(text)
        except ValueError as error:
            said.append(str(error))
        else:
            assert isinstance(members.find(text), Match) or isinstance(members, Networks)
        members.find(text)
    assert all(": write " in one for one in said)


def test_the_zone_of_an_address_is_left_out_whatever_it_says() -> None:
    assert str(client("fe80::1%eth0")) == "fe80::1"
    assert str(client("fe80::1%x\r\n250 OK")) == "fe80::1"
    assert client("%fe80::1") is None
