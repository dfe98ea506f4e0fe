"""What symbols mean, in a line for people."""

from filter.rules.catalogue import RULES
from filter.rules.composites import COMPOSITES

MEANINGS = {rule.symbol: rule.meaning for rule in RULES} | {one.symbol: one.meaning for one in COMPOSITES}
"""By the symbol. Fields of the model and rules of the operator's own have none here."""


def storable(text: str) -> str:
    """`text` without halves of surrogate pairs, which no UTF-8 can hold; a detail may quote any octets."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
