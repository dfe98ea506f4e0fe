"""What is a near-duplicate of what."""

import pytest

from filter.message import parse
from training import duplicates


def letter(subject: str, text: str) -> bytes:
    return f"From: a@example.org\nSubject: {subject}\n\n{text}\n".encode()


def keys(subject: str, text: str = "") -> tuple[str, ...]:
    return duplicates.likeness(parse(letter(subject, text)))


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
    groups = duplicates.groups([("s a", "t x"), ("s b",), (), ("t x", "t y"), ("s b", "t z"), ("t y",)])
    assert groups[0] == groups[3] == groups[5]
    assert groups[1] == groups[4]
    assert len(set(groups.tolist())) == 3
    assert duplicates.groups([]).tolist() == []


def test_a_subject_of_brackets_takes_no_time() -> None:
    assert keys("[" * 100_000) == keys("Re: " * 100_000) == ()
