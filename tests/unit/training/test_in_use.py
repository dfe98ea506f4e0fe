"""What is said of the model in use is what a server with the same learned mail would say."""

import math

import numpy as np
import pytest

from filter import learn
from filter.classifier import Classifier
from filter.features import extract
from filter.message import parse
from filter.tally import Lesson, Tally
from models.model import Model
from tests import mail
from tests.unit.conftest import made_dataset
from training import evaluate, in_use
from training.dataset import Dataset


def on_top(first: int, count: int) -> Tally:
    """Made mail as `hamgate learn` counts it."""
    made = [
        (label, make(seed))
        for label, make in (("ham", mail.ham), ("spam", mail.spam))
        for seed in range(first, first + count)
    ]
    entries = [learn.read(raw).entry(label) for label, raw in made]
    return Tally().with_lessons(Lesson(entry.kind, entry.slots) for entry in entries)


def test_points_are_those_of_the_classifier_with_the_learned_mail(made_model: tuple[Model, Dataset]) -> None:
    model = made_model[0]
    learned, new = (made_dataset(model.recipe.name, first, 20) for first in (100, 200))
    classifier = Classifier(model, on_top(100, 20))
    raw = [make(seed) for make in (mail.ham, mail.spam) for seed in range(200, 220)]
    expected = [math.fsum(hit.points for hit in classifier.hits(extract(parse(message)))) for message in raw]
    assert in_use.served(model, learned, new) == pytest.approx(expected, abs=1e-9)


def test_no_message_is_scored_by_what_was_learned_of_it(made_model: tuple[Model, Dataset]) -> None:
    model = made_model[0]
    learned = made_dataset(model.recipe.name, 100, 20)
    held_out = in_use.held_out(model, learned)
    assert in_use.served(model, learned, learned)[20:].mean() > held_out[20:].mean() + 0.01  # what it saw is surer
    assert np.array_equal(held_out, in_use.held_out(model, learned))
    alone = in_use.served(model, learned.rows(np.arange(0)), learned)
    assert not np.array_equal(held_out, alone)


def test_two_models_are_compared_on_what_neither_had_learned(made_model: tuple[Model, Dataset]) -> None:
    model = made_model[0]
    learned = made_dataset(model.recipe.name, 100, 60)
    unseen = np.arange(120) % 60 >= 5  # all but five of each class
    perfect = np.where(learned.spam, 20.0, -20.0)
    found = in_use.compare(model, learned, unseen, perfect)
    assert found is not None
    assert (found.version, found.before.ham, found.before.spam) == (model.version, 55, 55)
    assert (found.after.ham, found.after.missed_reject) == (55, 0.0)
    held_out = in_use.held_out(model, learned.rows(np.flatnonzero(unseen)))
    assert found.before == evaluate.quality(held_out, learned.spam[unseen])


def test_on_little_mail_they_are_not_compared(made_model: tuple[Model, Dataset]) -> None:
    learned = made_dataset(made_model[0].recipe.name, 100, 60)
    assert in_use.compare(made_model[0], learned, np.arange(120) >= 11, np.zeros(120)) is None
