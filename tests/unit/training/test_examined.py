"""What a check keeps of a message."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests import mail
from training.examined import Examined, examine_batch
from training.recipes import SITE


def examine(raw: bytes) -> Examined:
    [found] = examine_batch([raw], SITE.recipe.fields)
    return found


def test_what_is_kept_can_be_compared() -> None:
    first, again, other = (examine(raw) for raw in (mail.ham(1), mail.ham(1), mail.ham(2)))
    assert first.digest == again.digest != other.digest
    assert first.likeness == again.likeness != other.likeness
    assert first.script == "Latin"
    assert first.facts == frozenset()


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ("Tue, 5 Mar 2024 10:00:00 +0100", 2024),
        ("Mon, 1 Jan 2024 00:30:00 +0100", 2023),  # in UTC
        ("Sat, 2 Feb 0102 10:00:00 +0000", None),
        ("Fri, 31 Dec 9999 23:00:00 -0500", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_that_cannot_be_true_is_none(value: str, year: int | None) -> None:
    date = examine(f"Date: {value}\n\nx\n".encode()).date
    assert (date.year if date else None) == year


@pytest.mark.parametrize(("days", "kept"), [(0, True), (300, False)])
def test_a_date_to_come_is_none(days: int, kept: bool) -> None:
    value = format_datetime(datetime.now(UTC) + timedelta(days=days))
    assert (examine(f"Date: {value}\n\nx\n".encode()).date is not None) == kept


def test_what_is_broken_is_named() -> None:
    broken = b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nabc=!!!!def\x00\n"
    assert {fact.value for fact in examine(broken).facts} >= {"nul", "bad-base64"}
