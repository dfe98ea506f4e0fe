"""For every rule a message that must hit and a near miss that must not: rules/SYMBOL.hit.eml, rules/SYMBOL.miss.eml."""

from pathlib import Path

import pytest

from filter.envelope import NO_ENVELOPE
from filter.message import parse
from filter.rules.catalogue import RULES
from filter.rules.rule import Rule

FOLDER = Path(__file__).parent / "rules"


def detail(rule: Rule, kind: str) -> str | None:
    return rule.check(parse((FOLDER / f"{rule.symbol}.{kind}.eml").read_bytes()), NO_ENVELOPE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.symbol)
def test_it_hits_its_message(rule: Rule) -> None:
    assert detail(rule, "hit")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.symbol)
def test_it_misses_its_near_miss(rule: Rule) -> None:
    assert detail(rule, "miss") is None


def test_no_message_is_left_without_its_rule() -> None:
    symbols = {rule.symbol for rule in RULES}
    assert {path.name.partition(".")[0] for path in FOLDER.iterdir()} == symbols


def test_the_detail_says_what_a_person_wants_to_see() -> None:
    rules = {rule.symbol: rule for rule in RULES}
    assert detail(rules["URL_TEXT_HOST_MISMATCH"], "hit") == "link says paypal.com, goes to evil.example"
    assert detail(rules["ATT_DOUBLE_EXTENSION"], "hit") == "attached: invoice.pdf.exe"
    assert detail(rules["URL_HOST_IS_IP"], "hit") == "link to 192.0.2.99"
