"""What a rule may be called."""

import pytest

from models.symbol import is_symbol


@pytest.mark.parametrize("text", ["A", "NB_WORDS", "DKIM_2", "A" * 64])
def test_capitals_digits_and_underscores(text: str) -> None:
    assert is_symbol(text)


@pytest.mark.parametrize("text", ["", "a", "1A", "_A", "A B", "A-B", "A\n", "\u00c4", "A\u0661", "A" * 65])
def test_anything_else(text: str) -> None:
    assert not is_symbol(text)
