"""What the parts of a score mean, in a line for people: the same words at every door, and in `hamgate explain`."""

from collections.abc import Mapping

from filter.rules.meanings import MEANINGS
from filter.rules.own import listing

ADJUSTMENTS: Mapping[str, str] = {
    "NB_BIAS": "what the model says before anything is read",
    "NB_HAM_CAP": "no part may speak for ham more than this",
    "NB_SPAM_CAP": "no part may speak for spam more than this",
    "NB_LANGUAGE_GUARD": "the model was not trained on this language, so it says less",
    "NB_SLOPE": "the model's parts repeat each other, so they count less",
}
"""Parts that stand for no field of the model and for no rule."""
_SHIPPED: Mapping[str, str] = {
    **MEANINGS,
    **listing.MEANINGS,
    **ADJUSTMENTS,
}


def meaning(symbol: str, own: str = "") -> str:
    """What `symbol` says; `own` for a rule that does not ship with hamgate."""
    if symbol in _SHIPPED:
        return _SHIPPED[symbol]
    return f"what the model has learned about this message's {symbol[3:].lower()}" if symbol[:3] == "NB_" else own
