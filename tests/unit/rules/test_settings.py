"""Names worth protecting are recognised at a glance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.rules.brands import BRANDS
from filter.rules.settings import RuleSettings

SETTINGS = RuleSettings(own_domains=frozenset({"acme.example"}))


@pytest.mark.parametrize("text", ["paypal", "the paypal team", "pay pal support", "t-mobile", "acme.example desk"])
def test_a_text_that_may_hold_a_name(text: str) -> None:
    assert SETTINGS.may_name(text)


def test_most_names_of_people_are_passed_over() -> None:
    assert not SETTINGS.may_name("anna berg")
    assert not SETTINGS.may_name("")


@given(st.sampled_from(sorted(BRANDS)), st.text(alphabet=" .-", max_size=3))
def test_no_protected_name_is_passed_over(name: str, beside: str) -> None:
    assert SETTINGS.may_name(f"ann{beside}{name}{beside}") if beside else SETTINGS.may_name(name)
