"""What a model was trained on does not count again on top of it, whatever is learned, forgotten and relabelled."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from filter.store import contained, schema
from filter.store.contained import mail_of
from filter.store.errors import StateError
from filter.store.journal import Entry, Journal
from models.model import DEFAULT, load
from tests.unit.store.learned import ANNA, listing

MAIL = "the training mail"


def entry(number: int, kind: int = 3) -> Entry:
    slots = np.array([number % 50, 1000 + number % 7, 5, 5], np.uint32)
    return Entry(number.to_bytes(32, "big"), kind, {"words": slots, "subject": slots[:1]})


def learned(path: Path, *entries: Entry) -> tuple[object, ...]:
    """What counts in a new journal where just these are learned."""
    with Journal.for_writing(path) as journal:
        with journal.transaction():
            for one in entries:
                journal.learn(one, ANNA)
        return listing(journal.tally(MAIL))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of ten messages, the first five of which are in the training mail."""
    path = tmp_path / "journal.sqlite"
    learned(path, *map(entry, range(10)))
    with Journal.for_writing(path) as journal, journal.transaction():
        assert journal.mark(MAIL, {entry(number).digest: "spam" for number in range(5)}) == 5
    return path


def test_what_the_model_was_trained_on_does_not_count_on_top_of_it(path: Path, tmp_path: Path) -> None:
    rest = learned(tmp_path / "rest.sqlite", *map(entry, range(5, 10)))
    with Journal.for_writing(path) as journal:
        assert listing(journal.tally(MAIL)) == rest
        assert journal.tally("of another model").messages == journal.tally().messages == (0, 0, 0, 10)
        assert (journal.contained(MAIL), journal.contained("of another model")) == (5, 0)


def test_learn_then_forget_stays_exact_for_both_kinds_of_messages(path: Path, tmp_path: Path) -> None:
    rest = learned(tmp_path / "rest.sqlite", *map(entry, range(6, 10)))
    with Journal.for_writing(path) as journal:
        for number in (0, 5):  # in the training mail and not
            with journal.transaction():
                journal.forget(entry(number).digest, ANNA)
        assert listing(journal.tally(MAIL)) == rest
        assert journal.contained(MAIL) == 4
        with journal.transaction():
            journal.learn(entry(0), ANNA)
        assert listing(journal.tally(MAIL)) == rest
        assert journal.contained(MAIL) == 5


def test_who_relabels_a_message_of_the_training_mail_is_heard(path: Path, tmp_path: Path) -> None:
    own = [*map(entry, range(5, 10)), entry(0, kind=1)]
    heard = learned(tmp_path / "heard.sqlite", *own)
    with Journal.for_writing(path) as journal:
        before = listing(journal.tally(MAIL))
        with journal.transaction():
            journal.relabel(entry(0, kind=1), ANNA)
        assert listing(journal.tally(MAIL)) == heard
        with journal.transaction():
            journal.relabel(entry(0), ANNA)
        assert listing(journal.tally(MAIL)) == before


def test_only_the_same_label_is_taken_out(path: Path) -> None:
    with Journal.for_writing(path) as journal:
        with journal.transaction():
            assert journal.mark("other labels", {entry(7).digest: "ham"}) == 0
        assert journal.tally("other labels").messages == (0, 0, 0, 10)


def test_the_other_messages_come_by_digest_with_what_was_learned_of_them(path: Path) -> None:
    with Journal.for_writing(path) as journal:
        assert [digest for digest, _ in journal.messages()] == [entry(number).digest for number in range(10)]
        others = list(journal.messages(MAIL))
        assert [digest for digest, _ in others] == [entry(number).digest for number in range(5, 10)]
        assert others[0][1].kind == 3
        assert others[0][1].slots["words"].tolist() == [5, 5, 5, 1005]


def test_a_relabelled_message_of_the_training_mail_is_one_of_the_others(path: Path) -> None:
    with Journal.for_writing(path) as journal:
        with journal.transaction():
            journal.relabel(entry(0, kind=1), ANNA)
        assert [lesson.kind for _, lesson in journal.messages(MAIL)] == [1, 3, 3, 3, 3, 3]


def test_what_an_older_extractor_read_is_not_among_the_messages(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE message SET features = 0 WHERE digest = ?", (entry(6).digest,))
    connection.close()
    with Journal.for_writing(path) as journal:
        assert entry(6).digest not in dict(journal.messages())
        assert entry(6).digest not in dict(journal.messages(MAIL))


def test_damage_to_a_message_is_one_error_of_the_state(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE message SET slots = x'00' WHERE digest = ?", (entry(6).digest,))
    connection.close()
    with Journal.for_writing(path) as journal, pytest.raises(StateError, match="damaged journal"):
        list(journal.messages(MAIL))


def test_a_mail_that_is_made_of_another_one_contains_its_messages_too(path: Path) -> None:
    with Journal.for_writing(path) as journal:
        with journal.transaction():
            assert journal.mark("both", {entry(7).digest: "spam"}, base=MAIL) == 6
        assert journal.contained(MAIL) == 5
        assert [digest for digest, _ in journal.messages("both")] == [entry(number).digest for number in (5, 6, 8, 9)]


def test_a_mark_is_a_change_that_readers_see(path: Path) -> None:
    with Journal.for_writing(path) as journal:
        before = journal.revision()
        with journal.transaction():
            journal.mark(MAIL, {entry(6).digest: "spam"})
        assert journal.revision() > before


def test_counts_of_another_extractor_are_counted_again(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE contained_tally SET features = 0")
    connection.close()
    with Journal.for_writing(path) as journal:
        assert journal.tally(MAIL).messages == (0, 0, 0, 5)
        with journal.transaction():
            journal.forget(entry(0).digest, ANNA)
        assert journal.tally(MAIL).messages == (0, 0, 0, 5)


def test_a_journal_of_version_1_is_read_as_it_is_and_brought_up_by_who_writes(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.executescript("DROP TABLE contained; DROP TABLE contained_tally; PRAGMA user_version = 1")
    connection.close()
    reader = Journal.for_reading(path)
    assert reader is not None
    with reader:
        assert reader.tally(MAIL).messages == (0, 0, 0, 10)
        assert reader.contained(MAIL) == 0
        assert len(list(reader.messages(MAIL))) == 10
    with Journal.for_writing(path) as journal, journal.transaction():
        assert journal.mark(MAIL, {entry(1).digest: "spam"}) == 1
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    connection.close()


def test_the_name_of_the_mail_outlives_the_weighing_of_rules() -> None:
    shipped = load(DEFAULT)
    weighed = replace(shipped, rules={"URL_HOST_IS_IP": 3.0})
    other = replace(shipped, corpora=({"label": "ham", "sha256": "0" * 64}, *shipped.corpora[1:]))
    assert weighed.version != shipped.version
    assert contained.mail_of(weighed) == mail_of(shipped) != mail_of(other)
