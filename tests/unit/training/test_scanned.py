"""Scores with some rules switched off."""

import numpy as np
import pytest

from filter.rules.catalogue import RULES
from filter.rules.composite import Composite
from filter.rules.composites import COMPOSITES
from filter.scan import Scanner
from tests import mail
from training import scanned
from training.scanned import Lot, Scanned

SPAM = b"From: a@example.org\nDate: x\n\nhttp://192.0.2.1/\n"


def one(model: float, *rules: str, composites: tuple[str, ...] = ()) -> Scanned:
    return Scanned(f"{model}{rules}", model, frozenset(rules), frozenset(composites))


def test_the_parts_of_a_scan_add_up_to_its_score() -> None:
    raw = [mail.ham(1), mail.spam(1), SPAM]
    rows = scanned.scan_batch(raw, None)
    points = {rule.symbol: rule.points for rule in RULES} | {made.symbol: made.points for made in COMPOSITES}
    lot = Lot(tuple(rows), np.array([False, True, True]), points)
    assert lot.scores() == pytest.approx([Scanner.load().scan(message).score for message in raw])
    assert "URL_HOST_IS_IP" in rows[2].rules


def test_what_is_off_counts_nothing() -> None:
    lot = Lot((one(1.0, "A", "B"),), np.array([True]), {"A": 2.0, "B": 4.0})
    assert lot.scores().tolist() == [7.0]
    assert lot.scores(frozenset({"A"})).tolist() == [5.0]
    assert lot.scores(frozenset({"A", "B"})).tolist() == [1.0]


def test_a_composite_goes_with_a_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filter.rules.ruleset.COMPOSITES", (Composite("BOTH", 8.0, "", "A and B"),))
    monkeypatch.setattr(scanned, "_COMPOSITES", frozenset({"BOTH"}))
    lot = Lot((one(1.0, "A", "B", composites=("BOTH",)),), np.array([True]), {"A": 2.0, "B": 4.0, "BOTH": 8.0})
    assert lot.scores().tolist() == [15.0]
    assert lot.scores(frozenset({"A"})).tolist() == [5.0]
    assert lot.scores(frozenset({"BOTH"})).tolist() == [7.0]
