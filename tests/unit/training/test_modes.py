"""The modes of an evaluation on mail made from word lists."""

import numpy as np
import pytest

from tests import mail
from tests.unit.training import made
from training import cases, modes
from training.cases import Case
from training.modes import Corpus
from training.recipes import SITE
from training.sources import Source

EACH = 60


def source(label: str) -> Source[Case]:
    make = mail.ham if label == "ham" else mail.spam
    names = [f"{label}/{seed}" for seed in range(EACH)]
    rows = cases.judge_batch([make(seed) for seed in range(EACH)], SITE.recipe.fields)
    return Source[Case](label, (label,), names, [label] * EACH, rows)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return modes.corpus(source("ham"), source("spam"), SITE, grouped=False)


def test_cross_validation_scores_every_message_once(corpus: Corpus) -> None:
    scored = modes.cross_validated(corpus, 5)
    assert sorted(scored.rows) == list(range(2 * EACH))
    assert np.all((scored.whole > 0) == scored.spam)
    assert not np.array_equal(scored.whole, scored.alone)


def test_a_holdout_scores_what_was_held_out(corpus: Corpus) -> None:
    fold = modes.split(corpus, 0.25)
    scored = modes.by_splits(corpus, [fold])
    assert scored.rows.tolist() == fold[1].tolist()
    assert len(scored.spam) == 30


def test_online_scores_in_the_order_of_the_dates(corpus: Corpus) -> None:
    scored = modes.streamed(corpus)
    dates = [corpus.lot.cases[row].date for row in scored.rows]
    assert dates == sorted(date for date in dates if date is not None)
    assert len(dates) == 2 * EACH


def test_near_duplicates_are_grouped_on_request() -> None:
    ham, spam = source("ham"), source("spam")
    assert modes.corpus(ham, spam, SITE, grouped=False).groups is None
    ham.rows[1] = ham.rows[0]
    groups = modes.corpus(ham, spam, SITE, grouped=True).groups
    assert groups is not None
    assert groups[0] == groups[1] != groups[2]


def test_a_learning_curve_ends_with_all_that_was_not_held_out(corpus: Corpus) -> None:
    curve = list(modes.curve(corpus, modes.split(corpus, 0.15)))
    assert [one.messages for one in curve] == [100, 102]
    assert {one.tested for one in curve} == {18}


def test_online_windows_double_and_need_both_classes() -> None:
    ham, spam = [-9.0] * 350, [9.0] * 100
    scored = made.scored(ham, spam)  # the spam comes last: 350 to 450
    assert [(one.messages, one.tested, one.roca) for one in modes.windows(scored)] == [(200, 200, 0.0)]
