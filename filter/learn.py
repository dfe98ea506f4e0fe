"""Learning one message on top of a model: what is kept of it, the model it makes, and what mail is still missing."""

from dataclasses import dataclass
from typing import cast
from zlib import crc32

import numpy as np

from filter import selftest
from filter.classifier import Classifier
from filter.digest import digest
from filter.features import SLOT_MASK, Features, extract
from filter.lesson import Done, Lesson, LessonError
from filter.message import parse
from filter.store.contained import mail_of
from filter.store.folder import State
from filter.store.journal import Author, Entry, Journal, OtherLabelError, UnknownError
from filter.tally import Messages, Slots, Tally
from models import model
from models.model import Model, ModelError

ENOUGH = 50
"""Own messages, mixed, from which learning was measured to help; training/README.md has the figures."""
MANY = 200
"""Own messages at which most of it is reached."""
NEWSLETTERS = 10
"""HTML ham among them, without which HTML spam is hardly believed."""

_NAME = 64
"""Characters of a name that the journal keeps."""
REFITTABLE = 100
"""Own messages of each class from which the model fitted again to them was measured to rank better than counts on top
of a model of older mail, and not worse where the mail is the same; training/README.md has the figures."""


@dataclass(frozen=True, slots=True)
class Read:
    """A message that was read to be learned, forgotten or relabelled."""

    digest: bytes
    features: Features

    def entry(self, label: str) -> Entry:
        """What the journal keeps of it with the label `ham` or `spam`."""
        slots = {name: slots_of(tokens) for name, tokens in self.features.fields.items()}
        return Entry(self.digest, 2 * (label == "spam") + self.features.html, slots)


def read(raw: bytes) -> Read:
    """Read the message `raw` with all fields, whatever the active model uses: the next one may use others."""
    return Read(digest(raw), extract(parse(raw)))


def teach(state: State, raw: bytes, lesson: Lesson, model_version: str) -> Done:
    """Do what `lesson` says with the message `raw` in the journal of `state`.

    Raises StateError, and LessonError if it has another label that must not be changed.
    """
    who = "".join(c if c.isprintable() else "?" for c in lesson.who[:_NAME])
    message, author = read(raw), Author(who, model_version)
    with Journal.for_writing(state.journal) as journal, journal.transaction():
        try:
            if lesson.label is None:
                journal.forget(message.digest, author)
                return "forgotten"
            return "learned" if journal.learn(message.entry(lesson.label), author) else "known"
        except UnknownError:
            return "unknown"
        except OtherLabelError as error:
            if not lesson.change:
                raise LessonError(f"it was learned as {error}: forget it first, or change its label") from None
            journal.relabel(message.entry(cast(str, lesson.label)), author)
            return "relabelled"


def slots_of(tokens: list[bytes]) -> Slots:
    """The slots of `tokens`, which need not be distinct: counts are what the classifier would look up."""
    return (np.fromiter(map(crc32, tokens), np.int64, len(tokens)) & SLOT_MASK).astype(np.uint32)


def own_mail(state: State, on_top_of: Model | None = None) -> Tally:
    """What is learned in `state`, but for what the model `on_top_of` was trained on; nothing if there is no journal.

    Raises StateError.
    """
    journal = Journal.for_reading(state.journal)
    if journal is None:
        return Tally()
    with journal:
        return journal.tally(mail_of(on_top_of) if on_top_of else "")


def revision(state: State) -> int:
    """A number that is another one after each change of what is learned. Raises StateError."""
    journal = Journal.for_reading(state.journal)
    if journal is None:
        return 0
    with journal:
        return journal.revision()


def active_model(state: State) -> Model:
    """The active model, checked by its self-test. Raises ModelError and StateError."""
    return checked(model.load(state.active()))


def checked(loaded: Model) -> Model:
    """The same model, if it passes its self-test. Raises ModelError."""
    selftest.check(Classifier(loaded), loaded)
    return loaded


def classifier(loaded: Model, own: Tally) -> Classifier:
    """Serve `loaded`, which passed its self-test, with `own` mail on top. Raises ModelError."""
    made = Classifier(loaded, own)
    if not np.isfinite(selftest.points(made)).all():
        raise ModelError(f"model {loaded.version} with the mail learned on top gives no finite score")
    return made


def missing(messages: Messages) -> list[str]:
    """What own mail is still needed, the most urgent first; empty if there is enough."""
    ham_plain, ham_html, spam_plain, spam_html = messages
    ham, spam = ham_plain + ham_html, spam_plain + spam_html
    found = []
    if spam_html > ham_html and ham_html < NEWSLETTERS:
        have = f"only {ham_html} HTML ham" if ham_html else "no newsletter or other HTML ham yet"
        share = 100.0 * (ham_html + 1) / spam_html
        weight = f": each counts {share:.0f} %" if share < 100 else ""
        found.append(f"{spam_html} HTML spam, {have}{weight}; learn {NEWSLETTERS - ham_html} newsletters as ham")
    if spam and not ham:
        found.append("no ham yet")
    if ham and not spam:
        found.append("no spam yet")
    if ham + spam < ENOUGH:
        found.append(f"{ENOUGH - ham - spam} more messages to {ENOUGH}, from which learning shows")
    elif ham + spam < MANY:
        found.append(f"{MANY - ham - spam} more messages to {MANY}, at which most is reached")
    return found


def refittable(messages: Messages) -> bool:
    """Whether the model in use is worth fitting again to so much own mail."""
    ham_plain, ham_html, spam_plain, spam_html = messages
    return min(ham_plain + ham_html, spam_plain + spam_html) >= REFITTABLE
