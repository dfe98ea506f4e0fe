"""What holds for every composite that ships."""

from filter.rules.catalogue import RULES
from filter.rules.composite import MODEL
from filter.rules.composites import COMPOSITES
from filter.rules.ruleset import triggers


def test_composites_are_made_of_rules_that_exist() -> None:
    known = {rule.symbol for rule in RULES} | MODEL
    assert {one.symbol: sorted(one.symbols - known) for one in COMPOSITES if one.symbols - known} == {}


def test_their_symbols_are_their_own() -> None:
    symbols = [one.symbol for one in COMPOSITES]
    assert len(set(symbols)) == len(symbols)
    assert set(symbols).isdisjoint(rule.symbol for rule in RULES)


def test_none_is_true_of_nothing() -> None:
    assert [one.symbol for one in COMPOSITES if one.holds(())] == []


def test_none_is_asked_for_what_the_model_thinks_alone() -> None:
    assert [one.symbol for one in COMPOSITES if one.triggers is None or not one.triggers.isdisjoint(MODEL)] == []
    assert triggers(COMPOSITES) is not None
