"""Which messages of a site's journal are in the mail that a model is trained on, so that they do not count twice."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

import click

from filter.digest import digest
from filter.store.contained import mail_of
from filter.store.errors import StateError
from filter.store.folder import State
from filter.store.journal import Journal
from models.model import Model
from training import dataset
from training.dataset import Extracted
from training.sources import Runner


@dataclass(frozen=True, slots=True)
class Known(Extracted):
    """A message with the digest by which a journal knows it."""

    name: bytes


def extract_batch(messages: list[bytes], fields: tuple[str, ...]) -> list[Extracted]:
    """As `dataset.extract_batch`, with the digests of a journal; runs in a worker process."""
    rows = dataset.extract_batch(messages, fields)
    return [_known(row, digest(raw)) for row, raw in zip(rows, messages, strict=True)]


def _known(row: Extracted, name: bytes) -> Known:
    return Known(**{one.name: getattr(row, one.name) for one in fields(Extracted)}, name=name)


@dataclass(slots=True)
class Marks:
    """What is learned in `state`, and what of it the training mail holds: with the `same` label, or the `other`."""

    state: State
    learned: dict[bytes, str]
    same: dict[bytes, str] = field(default_factory=dict)
    other: set[bytes] = field(default_factory=set)

    @classmethod
    def of(cls, folder: Path) -> "Marks":
        """Raises ClickException if the journal in the state `folder` cannot be read; none is none."""
        state = State(folder)
        try:
            journal = Journal.for_reading(state.journal)
            if journal is None:
                return cls(state, {})
            with journal:
                return cls(state, journal.labels())
        except StateError as error:
            raise click.ClickException(str(error)) from None

    def watching(self, label: str, run: Runner[Extracted]) -> Runner[Extracted]:
        """`run`, which reads mail of the class `label`; remembers what of it is learned."""

        def watched(messages: Iterator[bytes]) -> Iterator[list[Extracted]]:
            for rows in run(messages):
                for row in rows:
                    if isinstance(row, Known) and row.name in self.learned:
                        self._note(row.name, label)
                yield rows

        return watched

    def _note(self, name: bytes, label: str) -> None:
        if self.learned[name] == label:
            self.same[name] = label
        else:
            self.other.add(name)

    def keep(self, model: Model) -> list[str]:
        """Mark in the journal what `model` was trained on; what there is to say about it. Raises ClickException."""
        if not (self.same or self.other):
            return []
        try:
            with Journal.for_writing(self.state.journal) as journal, journal.transaction():
                count = journal.mark(mail_of(model), self.same)
        except StateError as error:
            raise click.ClickException(f"the model is written, but what it holds is not marked: {error}") from None
        said = [f"{count} messages of the journal were in this mail: they do not count again on top of this model"]
        if self.other:
            said.append(
                f"{len(self.other)} have the other label in the journal, which counts against this model: correct "
                "their folder, or hamgate relabel"
            )
        return said
