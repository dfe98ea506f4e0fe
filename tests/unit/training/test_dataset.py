from functools import partial
from itertools import chain

import numpy as np

from filter.features import SLOT_BITS
from tests import mail
from tests.unit.conftest import made_dataset
from training import dataset
from training.recipes import PLANS

FIELDS = PLANS["site"].recipe.fields


def test_ham_comes_first_and_each_field_has_its_matrix() -> None:
    data = made_dataset("site", 0, 25)
    assert data.spam.tolist() == [False] * 25 + [True] * 25
    assert set(data.matrices) == set(FIELDS)
    assert all(matrix.shape == (50, 1 << SLOT_BITS) for matrix in data.matrices.values())
    assert np.array_equal(np.bincount(data.kinds()), [20, 5, 9, 16])


def test_the_number_of_jobs_changes_nothing() -> None:
    raw = [mail.ham(seed) for seed in range(300)]
    work = partial(dataset.extract_batch, fields=FIELDS)
    one, two = (list(chain.from_iterable(dataset.stream(raw, work, jobs))) for jobs in (1, 2))
    assert [row.digest for row in one] == [row.digest for row in two]
    for a, b in zip(one, two, strict=True):
        assert a.sizes == b.sizes
        assert a.slots.tolist() == b.slots.tolist()


def test_a_row_of_each_matrix_holds_the_slots_of_its_field() -> None:
    rows = dataset.extract_batch([mail.spam(seed) for seed in range(3)], FIELDS)
    data = dataset.build(rows[:1], rows[1:], FIELDS)
    for number, row in enumerate(rows):
        for name, slots in zip(FIELDS, row.by_field(), strict=True):
            counted = data.matrices[name][number].toarray()[0]
            assert np.array_equal(counted, np.bincount(slots, minlength=1 << SLOT_BITS))


def test_slots_are_sorted_within_their_own_message_however_many_messages_there_are() -> None:
    """Message and slot are sorted as one number, which from 2^14 messages on has more than 32 bits."""
    count = (1 << 14) + 2
    rows = [
        dataset.Extracted(np.array([9, 4, (1 << SLOT_BITS) - 1 - number, 4], np.int32), (4,), False, False, "")
        for number in range(count)
    ]
    matrix = dataset.build(rows, [], ("words",)).matrices["words"]
    assert matrix.shape == (count, 1 << SLOT_BITS)
    for number in (0, 1, count - 2, count - 1):
        assert matrix[number].indices.tolist() == [4, 9, (1 << SLOT_BITS) - 1 - number]
        assert matrix[number].data.tolist() == [2.0, 1.0, 1.0]


def test_no_messages_make_empty_matrices() -> None:
    data = dataset.build([], [], FIELDS)
    assert len(data) == 0
    assert {matrix.shape for matrix in data.matrices.values()} == {(0, 1 << SLOT_BITS)}


def test_rows_keeps_labels_beside_their_messages() -> None:
    data = made_dataset("site", 0, 10)
    part = data.rows(np.array([0, 15, 3]))
    assert part.spam.tolist() == [False, True, False]
    assert part.matrices["words"][1].sum() == data.matrices["words"][15].sum()


def test_long_messages_make_smaller_batches() -> None:
    long = bytes(dataset.BATCH_BYTES // 2)
    assert [len(batch) for batch in dataset.batches([long] * 5)] == [2, 2, 1]
    assert [len(batch) for batch in dataset.batches([b"x"] * (dataset.BATCH + 1))] == [dataset.BATCH, 1]
