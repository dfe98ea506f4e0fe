"""Learning one message moves its score, is undone without a trace, and does not make newsletters spam."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from filter import learn
from filter.classifier import Classifier, own_weights
from filter.features import FIELDS
from filter.store.folder import State
from filter.store.journal import Author, Journal
from filter.tally import Lesson, Messages, Tally
from models.model import KINDS, Field, Model, load
from tests import mail

ANNA = Author("anna", "64795f868d9d")


@pytest.fixture(scope="module")
def shipped() -> Model:
    return load()


def points(classifier: Classifier, raw: bytes) -> float:
    return math.fsum(hit.points for hit in classifier.hits(learn.read(raw).features))


def learned(*messages: tuple[str, bytes]) -> Tally:
    entries = [learn.read(raw).entry(label) for label, raw in messages]
    return Tally().with_lessons([Lesson(entry.kind, entry.slots) for entry in entries])


def test_all_fields_are_kept_whatever_the_model_reads() -> None:
    entry = learn.read(mail.spam(1)).entry("spam")
    assert set(entry.slots) == set(FIELDS)
    assert (KINDS[entry.kind], entry.label) == ("spam_html", "spam")
    assert KINDS[learn.read(mail.ham(1)).entry("ham").kind] == "ham_plain"


def test_learning_moves_the_score_of_the_message_and_of_others_like_it(shipped: Model) -> None:
    plain = Classifier(shipped)
    spam, ham = learned(("spam", mail.ham(1))), learned(("ham", mail.spam(1)))
    assert points(learn.classifier(shipped, spam), mail.ham(1)) > points(plain, mail.ham(1)) + 0.5
    assert points(learn.classifier(shipped, ham), mail.spam(1)) < points(plain, mail.spam(1)) - 0.05
    many = learned(*(("spam", mail.spam(seed)) for seed in range(40)), *(("ham", mail.ham(seed)) for seed in range(40)))
    after = learn.classifier(shipped, many)
    assert sum(points(after, mail.spam(seed)) - points(plain, mail.spam(seed)) for seed in range(100, 120)) > 20
    assert sum(points(after, mail.ham(seed)) - points(plain, mail.ham(seed)) for seed in range(100, 120)) < -20


def test_one_message_decides_nothing(shipped: Model) -> None:
    tally = learned(("spam", mail.ham(1)))
    assert points(learn.classifier(shipped, tally), mail.ham(1)) < 5


def test_without_own_mail_nothing_changes(shipped: Model) -> None:
    assert Classifier(shipped, Tally())._table.tobytes() == Classifier(shipped)._table.tobytes()


def test_learn_then_forget_leaves_the_same_weights_to_the_byte(shipped: Model, tmp_path: Path) -> None:
    state = State(tmp_path)
    read = learn.read(mail.ham(3))
    with Journal.for_writing(state.journal) as journal:
        for step in range(2):
            with journal.transaction():
                journal.learn(learn.read(mail.spam(step)).entry("spam"), ANNA)
            before = Classifier(shipped, learn.own_mail(state))._table.tobytes()
            with journal.transaction():
                journal.learn(read.entry("ham"), ANNA)
            assert Classifier(shipped, learn.own_mail(state))._table.tobytes() != before
            with journal.transaction():
                journal.relabel(read.entry("spam"), ANNA)
                journal.forget(read.digest, ANNA)
            assert Classifier(shipped, learn.own_mail(state))._table.tobytes() == before


def small_model(shipped: Model) -> Model:
    """One field that knows two slots, by 10 plain messages of each class."""
    counts = np.array([[4, 1], [0, 0], [0, 3], [0, 0]], np.uint32)
    recipe = replace(shipped.recipe, fields=("words",), balanced=False, smoothing=0.5)
    fields = {"words": Field(np.array([2, 7], np.uint32), counts, 1.0)}
    return replace(shipped, recipe=recipe, messages=(10, 0, 10, 0), fields=fields)


def test_own_counts_are_added_to_those_of_the_model(shipped: Model) -> None:
    ten = [Lesson(0, {"words": np.array([2, 9], np.uint32)})] * 10  # ten messages weigh half each: 5 for slots 2 and 9
    table = Classifier(small_model(shipped), Tally().with_lessons(ten))._table
    # Ham: 4 + 5, 1 and 5 counts; spam: 0, 3 and 0. Slots 2 and 7 are smoothed by 0.5 in each class; 9, new, by
    # 2 * 0.5 shared out as 16 (9 + 1 + 5 + 2 * 0.5) to 4 (3 + 2 * 0.5): 0.8 in ham and 0.2 in spam.
    ham, spam = 16 + 0.8, 4 + 0.2
    assert table[2] == pytest.approx(math.log(0.5 / spam) - math.log(9.5 / ham))
    assert table[7] == pytest.approx(math.log(3.5 / spam) - math.log(1.5 / ham))
    assert table[9] == pytest.approx(math.log(0.2 / spam) - math.log(5.8 / ham))


@pytest.mark.parametrize(("kind", "sign"), [(0, -1), (1, -1), (2, 1), (3, 1)])
def test_a_new_word_speaks_for_the_class_that_it_was_learned_in(kind: int, sign: int, shipped: Model) -> None:
    tally = Tally().with_lessons([Lesson(kind, {"words": np.array([9], np.uint32)})])
    for smoothing in (0.05, 0.2, 0.5):
        small = small_model(shipped)
        model = replace(small, recipe=replace(small.recipe, smoothing=smoothing))
        assert 0 < sign * Classifier(model, tally)._table[9] < 2


@pytest.mark.parametrize(
    ("messages", "weights"),
    [
        ((0, 0, 0, 0), (0, 0, 0, 0)),
        ((10, 0, 0, 0), (0.5, 0, 0, 0)),
        ((0, 0, 0, 1), (0, 0, 0, 1 / 11)),
        ((0, 0, 0, 90), (0, 0, 0, 0.9 / 90)),
        ((50, 8, 0, 90), (50 / 60, 8 / 18, 0, 0.9 * 9 / 90)),
        ((0, 0, 90, 0), (0, 0, 0.9 * 5 / 90, 0)),
        ((40, 50, 90, 30), (0.8, 50 / 60, 0.9, 0.75)),
    ],
)
def test_few_messages_and_one_sided_ones_weigh_little(
    messages: tuple[int, int, int, int], weights: tuple[float, ...]
) -> None:
    assert own_weights(messages).tolist() == pytest.approx(weights)


@pytest.mark.parametrize(
    ("messages", "lines"),
    [
        ((0, 0, 0, 0), ["50 more messages to 50, from which learning shows"]),
        (
            (5, 0, 0, 40),
            [
                "40 HTML spam, no newsletter or other HTML ham yet: each counts 2 %; learn 10 newsletters as ham",
                "5 more messages to 50, from which learning shows",
            ],
        ),
        (
            (50, 3, 0, 40),
            [
                "40 HTML spam, only 3 HTML ham: each counts 10 %; learn 7 newsletters as ham",
                "107 more messages to 200, at which most is reached",
            ],
        ),
        ((0, 0, 60, 0), ["no ham yet", "140 more messages to 200, at which most is reached"]),
        ((300, 0, 0, 0), ["no spam yet"]),
        ((100, 20, 50, 60), []),
    ],
)
def test_it_says_what_is_missing(messages: tuple[int, int, int, int], lines: list[str]) -> None:
    assert learn.missing(messages) == lines


def test_there_is_no_own_mail_without_a_journal(tmp_path: Path) -> None:
    state = State(tmp_path / "none")
    assert learn.own_mail(state) == Tally()
    assert learn.revision(state) == 0
    assert not state.folder.exists()


@pytest.mark.parametrize(
    ("messages", "enough"),
    [((60, 40, 0, 100), True), ((100, 0, 50, 49), False), ((99, 0, 900, 0), False), ((0, 0, 0, 0), False)],
)
def test_fitting_the_model_to_own_mail_needs_enough_of_each_class(messages: Messages, enough: bool) -> None:
    assert learn.refittable(messages) is enough
