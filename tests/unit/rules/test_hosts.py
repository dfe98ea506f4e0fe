"""What a host name alone says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.rules.hosts import mixed_label, odd_labels, traits, words


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.example.org", set()),
        ("203.0.113.7", {"address"}),
        ("0xcb007107", {"address"}),
        ("192.168.1.20", set()),  # the printer in the corner
        ("203-0-113-7.dsl.example.net", {"spelled address"}),
        ("a.b.c.d.e.f.example.org", {"deep"}),
        ("xkqjwzvbnmt.com", {"random"}),
        ("offers.example.xyz", {"cheap"}),
        ("login.weebly.com", {"free"}),
        ("docs.google.com", {"place"}),
        ("bit.ly", {"shortener"}),
    ],
)
def test_traits(host: str, expected: set[str]) -> None:
    assert traits(host) - {"odd"} == expected


def test_labels_that_may_imitate_a_name_are_shown_as_they_are_read() -> None:
    assert odd_labels("paypa1.example.com") == ("paypa1", "example")
    assert odd_labels("example.com") == ()
    assert mixed_label("xn--pypal-4ve.example") == "p\u0430ypal"
    assert mixed_label("paypal.example") == ""


def test_words_stand_between_dots_and_hyphens() -> None:
    assert words("paypal-login.example.com") == ("paypal", "login", "example", "com")


@given(st.text(max_size=300))
def test_no_host_is_too_strange(host: str) -> None:
    assert traits(host) is traits(host)
    assert len(words(host)) >= 1
    odd_labels(host)
    mixed_label(host)
