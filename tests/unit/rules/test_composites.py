"""What holds for every composite that ships."""

from filter.rules.catalogue import RULES
from filter.rules.composite import MODEL
from filter.rules.composites import COMPOSITES


def test_composites_are_made_of_rules_that_exist() -> None:
    known = {rule.symbol for rule in RULES} | MODEL
    assert {one.symbol: sorted(one.symbols - known) for one in COMPOSITES if one.symbols - known} == {}


def test_their_symbols_are_their_own() -> None:
    symbols = [one.symbol for one in COMPOSITES]
    assert len(set(symbols)) == len(symbols)
    assert set(symbols).isdisjoint(rule.symbol for rule in RULES)


def test_none_is_true_of_nothing() -> None:
    assert [one.symbol for one in COMPOSITES if one.holds(())] == []
