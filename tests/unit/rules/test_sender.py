"""Near-spellings of a domain."""

import pytest

from filter.message import parse
from filter.rules.evidence import Evidence
from filter.rules.sender import reply_to_lookalike


@pytest.mark.parametrize("near", ["furnlture", "furnitur", "furnitures", "funriture"])
def test_one_letter_makes_a_lookalike(near: str) -> None:
    message = f"From: a@furniture.example\nReply-To: a@{near}.example\n\n".encode()
    assert reply_to_lookalike(Evidence(parse(message)))


@pytest.mark.parametrize("other", ["furniture.test", "mail.furniture.example", "fern.example", "furnace.example"])
def test_other_names_are_other_names(other: str) -> None:
    message = f"From: a@furniture.example\nReply-To: a@{other}\n\n".encode()
    assert reply_to_lookalike(Evidence(parse(message))) is None
