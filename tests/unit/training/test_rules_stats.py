import json
from collections import Counter
from pathlib import Path

import pytest

from filter.rules.catalogue import RULES
from tests import mail
from tests.commands import hamgate, run
from training.rules_stats import Line, measure


def test_rates_and_the_spam_share_of_them() -> None:
    ham, spam = (Counter({"A": 1}), 100), (Counter({"A": 3, "B": 5}), 50)
    assert measure(ham, spam, {"A": 1.0, "B": 2.0, "C": 0.0}) == [
        Line("A", 1.0, 1.0, 6.0, 6 / 7),
        Line("B", 2.0, 0.0, 10.0, 1.0),
        Line("C", 0.0, 0.0, 0.0, None),
    ]


def test_the_command_has_a_line_for_each_rule(tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path, 5)
    (spam / "ip.eml").write_bytes(b"From: a@example.org\nDate: x\n\nhttp://192.0.2.1/\n")
    lines = [
        json.loads(line) for line in hamgate("rules", "stats", "--json", "--ham", ham, "--spam", spam).splitlines()
    ]
    assert len(lines) == len(RULES)
    found = {line["symbol"]: line for line in lines}["URL_HOST_IS_IP"]
    assert (found["ham"], found["spam"], found["spam_share"]) == (0.0, pytest.approx(100 / 6), 1.0)


def test_an_empty_class_is_an_error(tmp_path: Path) -> None:
    done = run("rules", "stats", "--ham", tmp_path, "--spam", tmp_path)
    assert done.returncode == 1
    assert done.stderr == b"Error: found no ham\n"
