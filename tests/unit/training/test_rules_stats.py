import json
from pathlib import Path

import numpy as np
import pytest

from filter.rules.catalogue import RULES
from filter.rules.composite import Composite
from filter.rules.composites import COMPOSITES
from tests import mail
from tests.commands import hamgate, run
from tests.unit.training.test_scanned import one
from training import rules_stats
from training.rules_stats import Line, measure
from training.scanned import Lot


def test_rates_overlap_and_what_a_rule_decides() -> None:
    messages = (one(-9.0), one(4.0, "A"), one(3.5, "A", "B"), one(6.0, "A", "B"), one(-9.0, "B"), one(6.0))
    lot = Lot(messages, np.array([False, False, True, True, True, True]), {"A": 2.0, "B": 1.0, "C": 0.0})
    assert measure(lot) == [
        Line("A", 2.0, 50.0, 50.0, 0.5, "B", 100 * 2 / 3, 1.0, decides_ham=1, decides_spam=1),
        Line("B", 1.0, 0.0, 75.0, 1.0, "A", 100 * 2 / 3, 0.75, decides_ham=0, decides_spam=0),
        Line("C", 0.0, 0.0, 0.0, None, "", 0.0, 0.0, decides_ham=0, decides_spam=0),
    ]


def test_a_rule_for_ham_decides_what_would_be_spam_without_it() -> None:
    lot = Lot((one(6.0, "A"), one(8.0, "A")), np.array([False, True]), {"A": -2.0})
    assert (measure(lot)[0].decides_ham, measure(lot)[0].decides_spam) == (1, 0)


def test_a_composite_does_not_overlap_with_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_stats, "COMPOSITES", (Composite("BOTH", 1.0, "", "A and B"),))
    messages = (one(0.0, "A", "B", "C", composites=("BOTH",)), one(0.0, "A", "B", composites=("BOTH",)), one(0.0))
    lot = Lot(messages, np.array([True, True, False]), {"A": 1.0, "B": 1.0, "C": 0.0, "BOTH": 1.0})
    lines = {line.symbol: line for line in measure(lot)}
    assert (lines["BOTH"].like, lines["BOTH"].overlap) == ("C", 50.0)
    assert lines["A"].like == "B"


def test_the_command_has_a_line_for_each_rule(tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path, 5)
    (spam / "ip.eml").write_bytes(b"From: a@example.org\nDate: x\n\nhttp://192.0.2.1/\n")
    printed = hamgate("rules", "stats", "--json", "--ham", ham, "--spam", spam)
    lines = [json.loads(line) for line in printed.splitlines()]
    assert len(lines) == len(RULES) + len(COMPOSITES)
    found = {line["symbol"]: line for line in lines}["URL_HOST_IS_IP"]
    assert (found["ham"], found["spam"], found["spam_share"]) == (0.0, pytest.approx(100 / 6), 1.0)
    table = hamgate("rules", "stats", "--jobs", "2", "--ham", ham, "--spam", spam).splitlines()
    assert len(table) == len(lines) + 1
    assert any(row.startswith("URL_HOST_IS_IP") and " 16.67 " in row for row in table)


def test_an_empty_class_is_an_error(tmp_path: Path) -> None:
    done = run("rules", "stats", "--ham", tmp_path, "--spam", tmp_path)
    assert done.returncode == 1
    assert done.stderr.endswith(f"Error: found 0 ham messages in {tmp_path}\n".encode())


def test_a_model_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    done = run("rules", "stats", "--model", tmp_path, "--ham", tmp_path, "--spam", tmp_path)
    assert done.returncode == 1
    assert b"no model here" in done.stderr
