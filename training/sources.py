"""The two classes of labelled mail that a command reads, with what became of each message."""

import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

import click

from filter.mailfiles import Unreadable
from training import corpus, dataset

FEWEST = 20
"""Messages of each class below which nothing can be learned or measured."""
LISTED = 20
"""Names in a list of what is wrong."""


class Digested(Protocol):
    """What is kept of one message; `digest` tells whether two are the same bytes."""

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal digits."""


Row = TypeVar("Row", bound=Digested)


@dataclass(slots=True)
class Source(Generic[Row]):
    """Where the messages of one class come from, what is kept of each, and what could not be read.

    `names` and `origins` (the one of `paths` that it came from) are those of the messages in `rows`.
    """

    label: str
    paths: tuple[str, ...]
    trashed: bool = field(default=False, kw_only=True)
    names: list[str] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    def messages(self) -> Iterator[bytes]:
        """Raw messages; remembers their names and the paths that gave none."""
        for path in self.paths:
            for mail in corpus.read(path, self.label, self.trashed):
                if isinstance(mail, Unreadable):
                    self.unreadable.append(mail)
                else:
                    self.names.append(mail.name)
                    self.origins.append(path)
                    yield mail.raw

    def keep(self, rows: list[Row]) -> None:
        """Take in what is kept of the next messages, in their order."""
        self.rows += rows

    def card_entry(self) -> dict[str, Any]:
        """What a model card says of this mail; the same for the same messages in any order."""
        digest = hashlib.sha256("\n".join(sorted(row.digest for row in self.rows)).encode()).hexdigest()
        return {"label": self.label, "messages": len(self.rows), "sha256": digest}


def read(
    ham: tuple[str, ...],
    spam: tuple[str, ...],
    work: Callable[[list[bytes]], list[Row]],
    jobs: int,
    fewest: int = FEWEST,
) -> tuple[Source[Row], Source[Row]]:
    """Read both classes in `jobs` processes; `work` keeps of a batch of messages what the command needs.

    Names on standard error what could not be read. Raises ClickException if a class has fewer than `fewest`
    messages, or if a message stands in both.
    """
    sources = Source[Row]("ham", ham), Source[Row]("spam", spam)
    for source in sources:
        take(source, partial(dataset.stream, work=work, jobs=jobs))
    for source in sources:
        refuse_few(source, len(source.rows), fewest)
    _refuse_both_labels(*sources)
    return sources


Runner = Callable[[Iterator[bytes]], Iterator[list[Row]]]
"""Turns messages into what is kept of them, batch by batch and in order: in processes here, or elsewhere."""


def take(source: Source[Row], run: Runner[Row]) -> None:
    """Read all of `source` with a progress bar; name on standard error what could not be read."""
    unknown = iter(())  # click takes either a length or something to iterate; the messages come to `progress`
    with click.progressbar(
        unknown, corpus.count(source.paths), f"Reading {source.label}", show_pos=True, file=sys.stderr
    ) as bar:
        for rows in run(source.messages()):
            source.keep(rows)
            if bar.length is not None:
                bar.length = max(bar.length, bar.pos + len(rows))  # an mbox is one file of many messages
            bar.update(len(rows))
    for item in source.unreadable[:LISTED]:
        click.echo(f"hamgate: {item.name}: {item.why}", err=True)
    if len(source.unreadable) > LISTED:
        click.echo(f"hamgate: ... and {len(source.unreadable) - LISTED} more that could not be read", err=True)


def refuse_few(source: Source[Row], count: int, fewest: int = FEWEST) -> None:
    """Raise ClickException if the `count` messages of `source` are fewer than `fewest`."""
    found = f"{count} {source.label} message{'' if count == 1 else 's'} in {', '.join(source.paths)}"
    if not count:
        raise click.ClickException(f"found {found}")
    if count < fewest:
        raise click.ClickException(
            f"found {found}; at least {fewest} of each class are needed, and a few hundred make a useful model"
        )


def _refuse_both_labels(first: Source[Row], second: Source[Row]) -> None:
    ham, spam = (
        {row.digest: name for row, name in zip(source.rows, source.names, strict=True)} for source in (first, second)
    )
    shared = [(ham[digest], spam[digest]) for digest in ham if digest in spam]
    refuse_both(len(shared), shared[:LISTED])


def refuse_both(count: int, names: list[tuple[str, str]]) -> None:
    """Raise ClickException if `count` messages stand in both classes; the first of them are listed by `names`."""
    if count:
        more = [f"  ... and {count - len(names)} more"] if count > len(names) else []
        listing = "\n".join([*(f"  {ham}  =  {spam}" for ham, spam in names), *more])
        raise click.ClickException(f"{_number(count)} labelled both ham and spam; keep one of the labels:\n{listing}")


def _number(messages: int) -> str:
    return "1 message is" if messages == 1 else f"{messages} messages are"
