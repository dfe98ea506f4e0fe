"""Digests and names on disk say the same as lists in memory do."""

import sqlite3
from hashlib import sha256

import pytest

from tests.unit.training.test_sources import Row
from training.ledger import Ledger
from training.sources import Source


def digest(number: int) -> str:
    return sha256(b"%d" % number).hexdigest()


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.add("ham", [(digest(number), f"ham/{number}") for number in (5, 1, 3)])
    made.add("spam", [(digest(number), f"spam/{number}") for number in (2, 3, 4, 5)])
    return made


def test_the_card_entry_is_that_of_a_source(ledger: Ledger) -> None:
    source = Source("ham", ("x",), rows=[Row(digest(number)) for number in (1, 3, 5)])
    assert ledger.card_entry("ham") == source.card_entry()


def test_messages_in_both_classes_are_counted_and_the_first_of_them_named(ledger: Ledger) -> None:
    assert ledger.both(9) == (2, [("ham/5", "spam/5"), ("ham/3", "spam/3")])
    assert ledger.both(1) == (2, [("ham/5", "spam/5")])


def test_a_message_that_repeats_counts_once(ledger: Ledger) -> None:
    ledger.add("ham", [(digest(3), "ham/copy")])
    assert ledger.both(9) == (2, [("ham/5", "spam/5"), ("ham/copy", "spam/3")])
    assert ledger.card_entry("ham")["messages"] == 4


def test_names_of_any_bytes_come_back(ledger: Ledger) -> None:
    ledger.add("ham", [(digest(4), "ham/\udcff")])
    assert ("ham/\udcff", "spam/4") in ledger.both(9)[1]


def test_a_closed_ledger_is_gone(ledger: Ledger) -> None:
    ledger.close()
    with pytest.raises(sqlite3.Error):
        ledger.card_entry("ham")
