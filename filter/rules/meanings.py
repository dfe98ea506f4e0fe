"""What symbols mean, in a line for people."""

from filter.rules.catalogue import RULES
from filter.rules.composites import COMPOSITES

MEANINGS = {rule.symbol: rule.meaning for rule in RULES} | {one.symbol: one.meaning for one in COMPOSITES}
"""By the symbol. Fields of the model, an operator's lists and rules of the operator's own have none here."""
