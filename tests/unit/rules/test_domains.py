import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from filter.rules.domains import is_address, site

LIBRARY = PublicSuffixList()


@pytest.mark.parametrize(
    ("host", "registered"),
    [
        ("www.example.com", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("example.org", "example.org"),
        ("user.github.io", "user.github.io"),  # each user of such a host is someone else
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("x." * 200 + "example.com", "example.com"),
    ],
)
def test_what_somebody_registered(host: str, registered: str) -> None:
    assert site(host) == registered


@pytest.mark.parametrize(
    ("host", "address"),
    [("192.0.2.7", True), ("[2001:db8::1]", True), ("2001:db8::1", True), ("0x7f000001", True), ("2130706433", True),
     ("192.0.2.7.example.com", False), ("1und1.de", False), ("", False), ("999.1.1.1", False)],
)  # fmt: skip
def test_addresses_in_the_forms_that_browsers_take(host: str, address: bool) -> None:
    assert is_address(host) is address


_LABELS = st.sampled_from(
    [
        "www",
        "a",
        "shop",
        "uk",
        "co",
        "com",
        "org",
        "jp",
        "kawasaki",
        "city",
        "ck",
        "github",
        "io",
        "com",
        "br",
        "рф",
        "amazonaws",
        "s3",
    ]
)


@given(st.lists(_LABELS, min_size=1, max_size=6))
def test_it_agrees_with_the_library_that_brings_the_list(labels: list[str]) -> None:
    host = ".".join(labels)
    assert site(host) == (LIBRARY.privatesuffix(host) or host)
