"""A scanner by the active model of a state folder and the mail learned there, both taken up when they change."""

import logging
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from filter import learn
from filter.envelope import NO_ENVELOPE, Envelope
from filter.lesson import Lesson, LessonError
from filter.scan import Scanner
from filter.store.errors import StateError
from filter.store.folder import State
from filter.tomlfile.files import Stamp, stamp
from filter.verdict import Verdict
from models.model import Model, ModelError

log = logging.getLogger("hamgate.learn")

PAUSE = 1.0
"""Seconds between two looks at the files."""
RETRY = 4.0
"""Seconds until a change that could not be taken up is tried again."""


Stamps = tuple[Stamp | None, Stamp | None, Stamp | None]
"""Of the pointer to the active model, the journal, and what was written to the journal last."""


class LiveScanner:
    """As `Scanner`. Whatever goes wrong with a change, the model and the counts before it stay."""

    def __init__(self, state: State, rules: Path | None, clock: Callable[[], float] = monotonic) -> None:
        """Raises StateError, ModelError and TomlFileError."""
        self._state = state
        self._rules_file = rules
        self._clock = clock
        self._next = clock() + PAUSE
        self._said = ""
        self._seen = self._stamps()
        self._pointer, self._journal = self._seen[0], self._journal_version(self._seen)
        self._model: Model = learn.active_model(state)
        self._scanner = Scanner.serving(
            self._model, learn.classifier(self._model, learn.own_mail(state, self._model)), rules
        )

    @classmethod
    def load(cls, folder: Path | None, rules: Path | None = None) -> "LiveScanner":
        """Load what is active in the state `folder`, and an operator's `rules`."""
        if folder is None:
            raise StateError("no state folder")
        return cls(State(folder), rules)

    @property
    def version(self) -> str:
        """The version of the active model."""
        return self._model.version

    def scan(self, raw: bytes, envelope: Envelope = NO_ENVELOPE, clues: int = 0) -> Verdict:
        """Judge the message `raw` by the newest model and counts that are whole."""
        if self._clock() >= self._next:
            self._look()
        return self._scanner.scan(raw, envelope, clues)

    def teach(self, raw: bytes, lesson: Lesson) -> str:
        """Learn or forget `raw` in the journal of the state; the next look takes it up. See `filter.lesson.Done`.

        Raises LessonError.
        """
        try:
            return learn.teach(self._state, raw, lesson, self.version)
        except StateError as error:
            raise LessonError(f"{error}; try again later") from error

    def _look(self) -> None:
        self._next = self._clock() + PAUSE
        found = self._stamps()
        if found == self._seen:
            return
        self._next = self._clock() + RETRY  # unless all goes well
        try:
            self._take(found)
        except (StateError, ModelError, MemoryError) as error:
            self._say(f"what was learned or activated is not taken, the old model stays: {error or 'out of memory'}")
        except TimeoutError:
            self._say("what was learned or activated is not taken yet: loading it took too long")
            raise
        else:
            self._seen, self._next, self._said = found, self._clock() + PAUSE, ""

    def _say(self, why: str) -> None:
        """Once, however often it is tried again."""
        if why != self._said:
            log.error(why)
        self._said = why

    def _take(self, found: Stamps) -> None:
        """Load beside the live model what has changed; all is swapped together at the end."""
        journal = self._journal_version(found)
        if found[0] == self._pointer and journal == self._journal:
            return  # SQLite touches its files also for other reasons
        loaded = self._model if found[0] == self._pointer else learn.active_model(self._state)
        own = learn.own_mail(self._state, loaded)
        if loaded is self._model:
            scanner = Scanner(learn.classifier(loaded, own), self._scanner.rules)
        else:
            scanner = Scanner.serving(loaded, learn.classifier(loaded, own), self._rules_file)
            self._model = loaded
        self._scanner, self._pointer, self._journal = scanner, found[0], journal
        log.info("in use: model %s and %d learned messages", self._model.version, sum(own.messages))

    def _journal_version(self, found: Stamps) -> tuple[int, int]:
        return found[1].inode if found[1] else 0, learn.revision(self._state)

    def _stamps(self) -> Stamps:
        journal = self._state.journal
        return stamp(self._state.pointer), stamp(journal), stamp(journal.with_name(journal.name + "-wal"))
