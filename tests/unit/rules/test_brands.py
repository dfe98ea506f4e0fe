"""The list of borrowed names, and who counts as their owner."""

import pytest

from filter.message import parse
from filter.rules.brands import BRANDS, MANY_HOUSES, ORDINARY
from filter.rules.evidence import Evidence
from filter.rules.names import name_has_brand
from filter.rules.settings import RuleSettings


def claim(sender: str, settings: RuleSettings | None = None) -> str | None:
    return name_has_brand(Evidence(parse(f"From: {sender}\n\n".encode()), settings=settings or RuleSettings()))


def test_keys_are_written_as_names_are_looked_up() -> None:
    assert all(key == key.lower() and not set(" .-") & set(key) for key in BRANDS)
    assert all(domains for domains in BRANDS.values())
    assert BRANDS.keys() >= ORDINARY
    assert MANY_HOUSES.keys() <= BRANDS.keys()


@pytest.mark.parametrize(
    "sender",
    [
        "PayPal <service@example.com>",
        "Mercado Livre <aviso@example.com>",
        "Metamask_Team31612 <x@example.com>",
        "Apple Support <x@example.com>",
        "T-Mobile Rewards ,_<x@example.com>",
        "=?utf-8?B?TdC10YJhbWFzaw==?= <x@example.com>",
        "三井住友カード <x@example.com>",
        "PayPal <x@paypal.example.com>",
    ],
)
def test_a_brand_that_does_not_own_the_domain(sender: str) -> None:
    assert claim(sender)


@pytest.mark.parametrize(
    "sender",
    [
        "PayPal <service@mail.paypal.com>",
        "PayPal <service@paypal.ee>",
        "Fiona Apple <fiona@example.com>",
        "Sandra Wise <sandra@example.com>",
        "Sparkasse Musterstadt <info@sparkasse-musterstadt.de>",
        "Ann Field via PayPal <ann@example.com>",
        "三井住友カード <mail@vpass.ne.jp>",
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com>",
        "paypal@example.com",
        "",
    ],
)
def test_owners_and_people_may_bear_the_name(sender: str) -> None:
    assert claim(sender) is None


def test_the_operator_protects_his_own_names() -> None:
    settings = RuleSettings(brands={"acme": frozenset({"acme.test"})}, own_domains=frozenset({"example.net"}))
    assert claim("Acme <x@example.com>", settings)
    assert claim("example.net helpdesk <x@example.com>", settings)
    assert claim("example.net helpdesk <x@example.net>", settings) is None
