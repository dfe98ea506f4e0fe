"""Messages that look mislabelled."""

import numpy as np
import pytest

from tests import mail
from training import duplicates, suspects
from training.dataset import Slots
from training.drawn import Drawn
from training.examined import Examined, examine_batch
from training.recipes import SITE

FLIPPED = (3, 17, 70, 90)
"""Rows of which the label is wrong: two ham, two spam."""


@pytest.fixture(scope="module")
def rows() -> list[Examined]:
    raw = [mail.ham(seed) for seed in range(60)] + [mail.spam(seed) for seed in range(60)]
    return examine_batch(raw, SITE.recipe.fields)


def tokens(rows: list[Examined], most: int = 1000) -> dict[str, tuple[Slots, tuple[int, ...]]]:
    drawn = Drawn(most)
    for row in rows:
        drawn.add(row.digest, row.extracted.slots, row.extracted.sizes)
    return drawn.slots


def labels(*flipped: int) -> list[bool]:
    return [(row >= 60) != (row in flipped) for row in range(120)]


def test_wrong_labels_are_found_with_the_reason(rows: list[Examined]) -> None:
    found = suspects.find(rows, labels(*FLIPPED), duplicates.groups([row.likeness for row in rows]), tokens(rows))
    assert {one.row for one in found} == set(FLIPPED)
    for one in found:
        assert (one.points >= 5) == (one.row >= 60)  # what the model says, against the label
        assert any(reason.startswith(SITE.recipe.fields) for reason in one.why)
    assert [abs(one.points) for one in found] == sorted((abs(one.points) for one in found), reverse=True)


def test_right_labels_are_not_suspected(rows: list[Examined]) -> None:
    assert suspects.find(rows, labels(), duplicates.groups([row.likeness for row in rows]), tokens(rows)) == []


def test_near_duplicates_with_both_labels_are_a_reason(rows: list[Examined]) -> None:
    groups = duplicates.groups([row.likeness for row in rows])
    groups[71] = groups[70]
    [found] = suspects.find(rows, labels(70), groups, tokens(rows))
    assert found.row == 70
    assert found.why[0] == "near-duplicates: 1 ham, 1 spam"


def test_suspects_are_sought_among_messages_whose_tokens_were_kept(rows: list[Examined]) -> None:
    kept = tokens(rows, 100)
    found = suspects.find(rows, labels(*FLIPPED), np.arange(120), kept)
    assert {one.row for one in found} == {row for row in FLIPPED if rows[row].digest in kept}
    assert 0 < len(found) < len(FLIPPED)


def test_a_message_that_is_there_very_often_does_not_make_the_fit_larger(
    rows: list[Examined], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suspects, "MOST_FITTED", 100)
    assert len(suspects._drawn(120, 0)) == 100
    found = suspects.find(rows, labels(*FLIPPED), np.arange(120), tokens(rows))
    assert {one.row for one in found} <= set(FLIPPED)
