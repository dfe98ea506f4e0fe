"""Reading mail for the weighing of rules: which rules hit; ham comes first."""

from filter.rules.catalogue import RULES
from tests import mail
from training import judged
from training.judged import NUMBERS

FIELDS = ("words", "subject")


def test_hits_are_those_of_the_rules_ham_first() -> None:
    spam = b"From: a@example.org\nDate: x\n\nhttp://192.0.2.1/\n"
    rows = judged.judge_batch([mail.ham(1), spam], FIELDS)
    both = judged.build(rows[:1], rows[1:], FIELDS)
    assert both.hits.shape == (2, len(RULES))
    assert both.hits[:, NUMBERS["URL_HOST_IS_IP"]].tolist() == [False, True]
    assert both.data.spam.tolist() == [False, True]
    assert rows[0].digest != rows[1].digest


def test_rows_are_chosen_together() -> None:
    rows = judged.judge_batch([mail.ham(1), mail.ham(2), mail.spam(1)], FIELDS)
    both = judged.build(rows[:2], rows[2:], FIELDS)
    last = both.rows(both.groups[2:] * 0 + 2)
    assert len(last) == 1
    assert last.data.spam.tolist() == [True]
    assert last.hits[0].tolist() == both.hits[2].tolist()
