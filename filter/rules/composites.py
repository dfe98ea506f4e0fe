"""Composites that ship: the facts are rules of the catalogue, or MODEL_SPAM and MODEL_HAM for what the model thinks."""

from filter.rules.composite import Composite

MODEL_SPAM = "MODEL_SPAM"
"""The model alone gives 0 points or more."""
MODEL_HAM = "MODEL_HAM"
"""The model alone gives -5 points or less."""

COMPOSITES: tuple[Composite, ...] = ()
