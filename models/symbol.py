"""The name of a rule: one syntax for shipped rules, an operator's own, and those that a model has points for."""

import re

_SYMBOL = re.compile(r"[A-Z][A-Z0-9_]{0,63}")


def is_symbol(text: str) -> bool:
    """Whether `text` can be the name of a rule."""
    return _SYMBOL.fullmatch(text) is not None
