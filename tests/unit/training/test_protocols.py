"""Folds, parts held out and growing training parts."""

import numpy as np
import pytest

from tests import mail
from training import dataset, fit, protocols
from training.dataset import Dataset
from training.evaluate import Integers
from training.protocols import TooFewError
from training.recipes import SITE

SPAM = np.arange(200) >= 120
GROUPS = np.arange(200) // 2


@pytest.fixture(scope="module")
def data() -> Dataset:
    fields = SITE.recipe.fields
    classes = [dataset.extract_batch([make(seed) for seed in range(130)], fields) for make in (mail.ham, mail.spam)]
    return dataset.build(classes[0], classes[1], fields)


def test_each_message_is_tested_once_and_never_learned_before() -> None:
    splits = protocols.folds(SPAM, None, 10)
    assert sorted(np.concatenate([test for _, test in splits])) == list(range(200))
    for train, test in splits:
        assert not set(train) & set(test)
        assert SPAM[test].sum() == 8


def test_near_duplicates_stay_together() -> None:
    def torn(groups: Integers | None) -> int:
        return sum(len(set(GROUPS[train]) & set(GROUPS[test])) for train, test in protocols.folds(SPAM, groups, 10))

    assert torn(GROUPS) == 0
    assert torn(None) > 0


def test_too_few_messages_are_named() -> None:
    with pytest.raises(TooFewError, match="80 spam messages are too few for 90 folds"):
        protocols.folds(SPAM, None, 90)
    with pytest.raises(TooFewError, match="40 spam messages that are no near-duplicates are too few for 50 folds"):
        protocols.folds(SPAM, GROUPS, 50)


@pytest.mark.parametrize("groups", [None, GROUPS])
def test_a_share_is_held_out_of_both_classes(groups: Integers | None) -> None:
    train, test = protocols.held_out(SPAM, groups, 0.3)
    assert sorted([*train, *test]) == list(range(200))
    assert len(test) == pytest.approx(60, abs=4)
    assert SPAM[test].mean() == pytest.approx(0.4, abs=0.05)


def test_test_rows_are_scored_by_a_model_of_the_training_rows(data: Dataset) -> None:
    fold = protocols.held_out(data.spam, None, 0.2)
    found = protocols.predict(data, SITE, [fold])
    train, test = (data.rows(rows) for rows in fold)
    model = fit.fit(train, SITE)
    assert found.rows.tolist() == fold[1].tolist()
    assert found.points == pytest.approx(fit.predict(model, train, test))
    assert found.parts.sum(axis=1) + model.bias == pytest.approx(found.points)  # the site recipe bounds nothing


def test_a_training_part_doubles_until_it_is_whole(data: Dataset) -> None:
    fold = protocols.held_out(data.spam, None, 0.2)
    sizes = []
    for size, found in protocols.growing(data, SITE, fold):
        sizes.append(size)
        assert found.rows.tolist() == fold[1].tolist()
    assert sizes == [100, 200, len(fold[0])]
    whole = protocols.predict(data, SITE, [fold])
    assert found.points == pytest.approx(whole.points)
