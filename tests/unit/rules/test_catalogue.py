"""What holds for every rule, whatever it looks at."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.message import parse
from filter.rules.catalogue import RULES
from filter.rules.evidence import Evidence
from filter.rules.rule import Rule

GROUPS = {"headers", "sender", "subject", "body", "html", "links", "attachments", "text", "lists"}


def test_symbols_are_unique_and_readable() -> None:
    symbols = [rule.symbol for rule in RULES]
    assert len(set(symbols)) == len(symbols)
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]{2,31}", symbol) for symbol in symbols)
    assert not any(symbol.startswith("NB_") for symbol in symbols)  # the model's own parts


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.symbol)
def test_each_row_says_what_it_means(rule: Rule) -> None:
    assert rule.group in GROUPS
    assert 10 <= len(rule.meaning) <= 100


@given(st.binary(max_size=500), st.sampled_from(["from", "subject", "content-type", "date", "to"]))
def test_no_rule_raises_on_any_message(data: bytes, name: str) -> None:
    for raw in (data, name.encode() + b": " + data + b"\n\n" + data):
        evidence = Evidence(parse(raw))
        for rule in RULES:
            detail = rule.check(evidence)
            assert detail is None or detail
