"""What a corpus is like, and what makes it unusable."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests import mail
from training import check
from training.check import Class, Report
from training.examined import Examined, examine_batch
from training.recipes import SITE
from training.sources import Source


def source(label: str, raw: list[bytes]) -> Source[Examined]:
    rows = examine_batch(raw, SITE.recipe.fields)
    return Source(label, (label,), names=[f"{label}/{number}" for number in range(len(raw))], rows=rows)


@pytest.fixture(scope="module")
def ham() -> Source[Examined]:
    return source("ham", [mail.ham(seed) for seed in (0, 1, 2, 3, 3)])


def a_class(label: str, **values: object) -> Class:
    made = Class(label, 100, 0, 0, 100, 1, 50, {}, "2024-01-01", "2024-12-31", {}, {}, {})
    return replace(made, **values)  # type: ignore[arg-type]


def warned(ham: Class, spam: Class) -> list[str]:
    return check.warnings(Report((ham, spam), [], [], None))


def test_a_class_is_counted(ham: Source[Examined]) -> None:
    grouped = check.groups(ham, source("spam", []))
    found = check.describe(ham, grouped)
    assert (found.messages, found.repeated, found.html) == (5, 1, 1)
    assert (found.groups, found.largest_group) == (4, 2)
    assert (found.first, found.last) == ("2024-03-01", "2024-03-04")
    assert found.years == {"2024": 5}
    assert found.scripts == {"Latin": 5}


def test_an_empty_class_is_described(ham: Source[Examined]) -> None:
    nothing = source("spam", [])
    found = check.describe(nothing, check.groups(nothing, nothing))
    assert (found.messages, found.largest_group, found.first) == (0, 0, "")


def test_the_same_message_in_both_classes_is_found(ham: Source[Examined]) -> None:
    spam = source("spam", [mail.spam(1), mail.ham(2)])
    assert check.in_both(ham, spam) == [("ham/2", "spam/1")]


def test_near_duplicates_in_both_classes_are_found(ham: Source[Examined]) -> None:
    spam = source("spam", [mail.spam(1), mail.ham(3).replace(b"Message-ID: <", b"Message-ID: <9"), mail.spam(2)])
    found = check.near_both(ham, spam, check.groups(ham, spam))
    assert found == [{"ham": 2, "spam": 1, "examples": ["ham/3", "spam/1"]}]


def test_messages_without_a_subject_are_of_one_group_only_if_they_are_the_same() -> None:
    short = source("ham", [b"Subject: a\n\nx\n", b"Subject: a\n\ny\n", b"Subject: a\n\nx\n"])
    assert check.describe(short, check.groups(short, source("spam", []))).groups == 2


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"messages": 3, "groups": 3}, "3 ham messages: collect at least 20, better a few hundred"),
        ({"groups": 4}, "the 100 ham messages are near-duplicates of 4: add at least 10 different ones"),
    ],
)
def test_too_little_mail_is_a_problem(values: dict[str, object], problem: str) -> None:
    classes = a_class("ham", **values), a_class("spam")
    assert check.problems(classes, []) == [problem]
    assert not check.can_be_fitted(classes)


def test_both_labels_on_one_message_are_a_problem() -> None:
    classes = a_class("ham"), a_class("spam")
    assert check.problems(classes, [("a", "b")]) == ["same message as ham and as spam: 1; delete it from one of them"]
    assert check.can_be_fitted(classes)
    assert Report(classes, [], [], None).usable
    assert not Report(classes, [], [], None, problems=["x"]).usable


def test_a_good_corpus_gives_no_warning() -> None:
    assert warned(a_class("ham"), a_class("spam")) == []


@pytest.mark.parametrize(
    ("ham", "spam", "text"),
    [
        ({"messages": 5000, "groups": 5000, "html": 2500}, {}, "50 times more ham than spam: collect more spam"),
        ({"html": 1}, {}, "HTML stands in spam only: add newsletters"),
        ({}, {"unreadable": 7}, "7 paths of spam gave no message"),
        ({}, {"groups": 40}, "60 % of spam repeat others (threads, campaigns)"),
        ({}, {"languages": {"zh": 30}}, "30 spam messages are in zh, and no ham"),
        ({}, {"first": "2025-01-01", "last": "2025-06-30"}, "or the model learns the period"),
    ],
)
def test_what_makes_a_model_worse_is_said(ham: dict[str, object], spam: dict[str, object], text: str) -> None:
    [found] = warned(a_class("ham", **ham), a_class("spam", **spam))
    assert text in found


def test_languages_that_are_rare_or_unknown_are_no_warning() -> None:
    assert warned(a_class("ham"), a_class("spam", languages={"unknown": 90, "zh": 10})) == []


def test_suspects_are_named_and_many_of_them_say_more() -> None:
    one = check.Named("ham/1", "ham", 9.0, ("words +6.0",))
    few = check.warnings(Report((a_class("ham"), a_class("spam")), [], [], [one]))
    assert few == ["1 message looks mislabelled: look at the list, and move those that are"]
    many = check.warnings(Report((a_class("ham"), a_class("spam")), [], [], [one] * 9))
    assert "labels were swapped" in many[-1]


def test_dates_of_a_class_are_in_utc(ham: Source[Examined]) -> None:
    assert all(row.date is not None and row.date < datetime(2025, 1, 1, tzinfo=UTC) for row in ham.rows)
