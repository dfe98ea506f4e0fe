"""A rule set asks the rules and gives their hits the points that they count here."""

from dataclasses import fields

from filter.envelope import NO_ENVELOPE
from filter.message import parse
from filter.rules.catalogue import RULES
from filter.rules.evidence import Evidence
from filter.rules.ruleset import RuleSet
from filter.rules.settings import RuleSettings

PHISHING = b"""From: PayPal Support <help@mail.evil.example>
To: you@example.org
Subject: Your account is suspended
Date: Tue, 5 Mar 2024 03:11:02 -0500
Message-ID: <1@mail.evil.example>

Your account was suspended. Verify your account within 24 hours: http://192.0.2.7/login
"""


def points(rules: RuleSet, raw: bytes = PHISHING) -> dict[str, float]:
    return {hit.symbol: hit.points for hit in rules.judge(parse(raw), NO_ENVELOPE, [])}


def test_hits_count_the_prior_of_their_rule() -> None:
    priors = {rule.symbol: rule.points for rule in RULES}
    found = points(RuleSet())
    assert {"FROM_NAME_HAS_BRAND", "TXT_CREDENTIAL_LURE", "URL_HOST_IS_IP"} <= found.keys()
    assert all(priors[symbol] == value for symbol, value in found.items() if symbol in priors)


def test_points_that_were_fitted_replace_the_prior() -> None:
    found = points(RuleSet({"URL_HOST_IS_IP": 0.25}))
    assert found["URL_HOST_IS_IP"] == 0.25
    assert found["FROM_NAME_HAS_BRAND"] == points(RuleSet())["FROM_NAME_HAS_BRAND"]


def test_settings_reach_the_rules() -> None:
    own = RuleSet(settings=RuleSettings(brands={"paypal": frozenset({"evil.example"})}))
    assert "FROM_NAME_HAS_BRAND" not in points(own)


def test_what_a_rule_needs_is_something_that_evidence_has() -> None:
    evidence = Evidence(parse(PHISHING))
    assert [rule.symbol for rule in RULES if rule.needs and not hasattr(evidence, rule.needs)] == []


def test_each_hit_has_a_detail() -> None:
    assert all(hit.detail for hit in RuleSet().hits(Evidence(parse(PHISHING))))


def test_settings_have_defaults_that_name_no_site() -> None:
    empty = RuleSettings()
    assert {field.name for field in fields(RuleSettings)} >= {"brands", "own_domains", "scripts"}
    assert not empty.own_domains
    assert not empty.scripts
