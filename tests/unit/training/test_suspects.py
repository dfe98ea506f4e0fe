"""Messages that look mislabelled."""

import numpy as np
import pytest

from tests import mail
from training import duplicates, suspects
from training.examined import Examined, examine_batch
from training.recipes import SITE

FLIPPED = (3, 17, 70, 90)
"""Rows of which the label is wrong: two ham, two spam."""


@pytest.fixture(scope="module")
def rows() -> list[Examined]:
    raw = [mail.ham(seed) for seed in range(60)] + [mail.spam(seed) for seed in range(60)]
    return examine_batch(raw, SITE.recipe.fields)


def labels(*flipped: int) -> list[bool]:
    return [(row >= 60) != (row in flipped) for row in range(120)]


def test_wrong_labels_are_found_with_the_reason(rows: list[Examined]) -> None:
    found = suspects.find(rows, labels(*FLIPPED), duplicates.groups([row.likeness for row in rows]))
    assert {one.row for one in found} == set(FLIPPED)
    for one in found:
        assert (one.points >= 5) == (one.row >= 60)  # what the model says, against the label
        assert any(reason.startswith(SITE.recipe.fields) for reason in one.why)
    assert [abs(one.points) for one in found] == sorted((abs(one.points) for one in found), reverse=True)


def test_right_labels_are_not_suspected(rows: list[Examined]) -> None:
    assert suspects.find(rows, labels(), duplicates.groups([row.likeness for row in rows])) == []


def test_near_duplicates_with_both_labels_are_a_reason(rows: list[Examined]) -> None:
    groups = duplicates.groups([row.likeness for row in rows])
    groups[71] = groups[70]
    [found] = suspects.find(rows, labels(70), groups)
    assert found.row == 70
    assert found.why[0] == "near-duplicates: 1 ham, 1 spam"


def test_among_very_many_messages_some_are_drawn(rows: list[Examined], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspects, "MOST_FITTED", 100)
    found = suspects.find(rows, labels(*FLIPPED), np.arange(120))
    assert {one.row for one in found} <= set(FLIPPED)
    assert len(suspects._drawn(120, 0)) == 100
