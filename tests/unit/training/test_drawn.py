"""Tokens are kept of a bounded number of messages, which do not depend on the order in which they come."""

import hashlib

import numpy as np
import pytest

from tests import mail
from training.drawn import Drawn, Reading
from training.examined import examine_batch
from training.recipes import SITE

DIGESTS = [hashlib.sha256(bytes([number])).hexdigest() for number in range(100)]


def drawn(most: int, digests: list[str]) -> Drawn:
    found = Drawn(most)
    for digest in digests:
        found.add(digest, np.array([int(digest[:4], 16)], np.int32), (1,))
    return found


@pytest.mark.parametrize("most", [0, 1, 30])
def test_so_many_are_kept_and_no_more(most: int) -> None:
    found = drawn(most, DIGESTS)
    assert len(found.slots) == most
    assert all(slots.tolist() == [int(digest[:4], 16)] for digest, (slots, _) in found.slots.items())


def test_all_are_kept_if_they_are_few() -> None:
    assert list(drawn(100, DIGESTS).slots) == DIGESTS


def test_which_are_kept_does_not_depend_on_their_order() -> None:
    assert drawn(30, DIGESTS).slots.keys() == drawn(30, DIGESTS[::-1]).slots.keys()
    assert drawn(30, DIGESTS).slots.keys() == drawn(30, DIGESTS * 2).slots.keys()


def test_a_message_that_comes_again_is_kept_once() -> None:
    assert len(drawn(100, DIGESTS * 2).slots) == 100


def test_rows_are_kept_of_all_messages_and_tokens_of_those_drawn() -> None:
    shared = Drawn(3)
    ham, spam = (Reading(label, (), drawn=shared) for label in ("ham", "spam"))
    rows = [examine_batch([make(seed) for seed in range(4)], SITE.recipe.fields) for make in (mail.ham, mail.spam)]
    for source, found in zip((ham, spam), rows, strict=True):
        source.keep(found)
    assert [row.digest for row in (*ham.rows, *spam.rows)] == [row.digest for found in rows for row in found]
    assert all(len(row.extracted.slots) == 0 for row in (*ham.rows, *spam.rows))
    whole = {row.digest: row.extracted.slots for found in rows for row in found}
    assert len(shared.slots) == 3
    assert all(shared.slots[digest][0] is whole[digest] for digest in shared.slots)
