"""Wallet addresses are told from look-alikes by their checksum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.rules.wallets import find, is_wallet

# Test vectors of BIP 173, BIP 350 and the address of Bitcoin's first block.
VALID = (
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
)


@pytest.mark.parametrize("address", VALID)
def test_a_real_address_is_one(address: str) -> None:
    assert is_wallet(address)
    assert find(f"send it to {address}, please") == address


@pytest.mark.parametrize("address", VALID)
def test_one_wrong_letter_breaks_the_checksum(address: str) -> None:
    assert not is_wallet(address[:-1] + ("q" if address[-1] != "q" else "p"))
    assert find(address[:-2] + "qq") == ""


@given(st.text(max_size=100))
def test_nothing_raises(text: str) -> None:
    assert is_wallet(text) in (True, False)
    assert find(text) == ""
