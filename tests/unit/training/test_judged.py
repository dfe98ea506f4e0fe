"""Reading mail for the weighing of rules: which rules hit, and what is a near-duplicate of what."""

import pytest

from filter.message import parse
from filter.rules.catalogue import RULES
from tests import mail
from training import judged
from training.judged import NUMBERS

FIELDS = ("words", "subject")


def letter(subject: str, text: str) -> bytes:
    return f"From: a@example.org\nSubject: {subject}\n\n{text}\n".encode()


def keys(subject: str, text: str = "") -> tuple[str, ...]:
    return judged.likeness(parse(letter(subject, text)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lower your mortgage", "LOWER YOUR MORTGAGE"),
        ("Lower your mortgage 371812976", "Lower your mortgage!!! 4924"),
        ("Selling wedded bliss", "Re[2]: Selling wedded bliss"),
        ("Selling wedded bliss", "Re: [irr] Fwd: RE: Selling wedded bliss"),
    ],
)
def test_a_subject_is_alike_without_numbers_case_and_marks(one: str, other: str) -> None:
    assert keys(one) == keys(other) != ()


def test_short_subjects_and_texts_say_nothing() -> None:
    assert keys("Hello", "See you tomorrow.") == ()


def test_texts_are_alike_if_they_begin_alike() -> None:
    beginning = "Dear reader " + " ".join(f"word{letter}" for letter in "abcdefghijklmnopqr")
    assert keys("", f"{beginning} one") == keys("", f"{beginning} two") != ()
    assert keys("", beginning) != keys("", beginning.replace("reader", "friend"))


def test_messages_are_grouped_over_others() -> None:
    groups = judged.groups([("s a", "t x"), ("s b",), (), ("t x", "t y"), ("s b", "t z"), ("t y",)])
    assert groups[0] == groups[3] == groups[5]
    assert groups[1] == groups[4]
    assert len(set(groups.tolist())) == 3
    assert judged.groups([]).tolist() == []


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


def test_a_subject_of_brackets_takes_no_time() -> None:
    assert keys("[" * 100_000) == keys("Re: " * 100_000) == ()
