"""A bounded sample: all messages where they fit, else a fair and repeatable choice."""

import random
from hashlib import sha256

import numpy as np

from training.dataset import Extracted
from training.sample import Sample


def row(number: int, tokens: int = 3) -> Extracted:
    digest = sha256(b"%d" % number).hexdigest()
    return Extracted(np.full(tokens, number, np.int32), (tokens,), html=False, foreign=False, digest=digest)


def fill(sample: Sample, rows: list[Extracted]) -> list[Extracted]:
    return [gone for one in rows for gone in sample.add(one)]


def digests(rows: list[Extracted]) -> set[str]:
    return {one.digest for one in rows}


def test_few_messages_are_all_kept_in_their_order() -> None:
    sample, rows = Sample(0, most_messages=50), [row(number) for number in range(50)]
    assert fill(sample, rows) == []
    assert [one.digest for one in sample.rows()] == [one.digest for one in rows]
    assert sample.stands_for == 1.0


def test_of_many_messages_every_one_is_kept_or_given_back() -> None:
    sample, rows = Sample(0, most_messages=50), [row(number) for number in range(400)]
    gone = fill(sample, rows)
    assert (len(gone), len(sample.rows())) == (350, 50)
    assert digests(gone) | digests(sample.rows()) == digests(rows)
    assert sample.stands_for == 8.0


def test_which_are_kept_does_not_depend_on_their_order_but_on_the_seed() -> None:
    rows = [row(number) for number in range(400)]
    first, again, other = Sample(0, 50), Sample(0, 50), Sample(1, 50)
    fill(first, rows)
    fill(other, rows)
    fill(again, random.Random(1).sample(rows, len(rows)))
    assert digests(first.rows()) == digests(again.rows()) != digests(other.rows())


def test_early_and_late_messages_have_the_same_chance() -> None:
    sample, rows = Sample(0, most_messages=500), [row(number) for number in range(4000)]
    fill(sample, rows)
    early = len(digests(sample.rows()) & digests(rows[:2000]))
    assert 200 < early < 300  # 250 expected, standard deviation 10


def test_long_messages_take_no_more_room_than_short_ones() -> None:
    sample = Sample(0, most_messages=100, most_slots=1000)
    fill(sample, [row(number, tokens=100) for number in range(100)])
    assert len(sample.rows()) == 10
    fill(sample, [row(1000, tokens=5000)])
    assert len(sample.rows()) >= 1  # one message is always left, however long


def test_copies_of_a_message_do_not_confuse_it() -> None:
    sample = Sample(0, most_messages=5)
    assert len(fill(sample, [row(1)] * 20)) == 15
    assert len(sample.rows()) == 5


def test_nothing_stands_for_nothing() -> None:
    assert Sample(0).stands_for == 1.0
    assert Sample(0).rows() == []
