"""Every shipped rule can be told to a person."""

from filter.rules.catalogue import RULES
from filter.rules.composites import COMPOSITES
from filter.rules.meanings import MEANINGS


def test_rules_and_composites_have_meanings() -> None:
    assert set(MEANINGS) == {rule.symbol for rule in RULES} | {one.symbol for one in COMPOSITES}
    assert all(meaning and meaning.isascii() and meaning.isprintable() for meaning in MEANINGS.values())
