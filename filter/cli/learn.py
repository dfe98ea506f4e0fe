"""`hamgate learn`, `forget` and `relabel`: what a person says about messages, kept in the journal of the site."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import click

from filter import carrier, mailfiles
from filter import learn as lessons
from filter.classifier import Classifier
from filter.cli.exits import TemporaryError
from filter.cli.options import STATE, WHO, name_of, state_of
from filter.cli.report import one_line
from filter.features import Features
from filter.learn import Read
from filter.mailfiles import Mail, Unreadable
from filter.store.contained import mail_of
from filter.store.errors import StateError
from filter.store.journal import Author, Journal, OtherLabelError, UnknownError
from filter.tally import Messages, Tally
from models.model import Model, ModelError

_TOGETHER = 100
"""Messages of one transaction: what is broken off was not learned, and each transaction waits for the disk."""
_SHOWN = 20
"""Messages whose score is shown before and after."""

Work = Callable[[Journal, Read, Author], str]
"""Does something with one message and says what was done."""

_LABEL = click.argument("label", type=click.Choice(["ham", "spam"]))
_PATHS = click.argument("paths", nargs=-1, metavar="[PATH...|-]")
_QUIET = click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
_ATTACHED = click.option(
    "--attached", is_flag=True,
    help="Take the messages that each one carries as attachments, not the one that carries them: for an address that "
    "people forward to. Never for mail as it came in: spam carries messages too.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """What was named on the command line, and whether the messages meant are attached to those that lie there."""

    paths: tuple[str, ...]
    attached: bool


@dataclass(slots=True)
class Outcome:
    """What became of the messages: how many of each result, names of the first, and some of them to show."""

    counts: dict[str, int] = field(default_factory=dict)
    shown: list[tuple[str, str, Features]] = field(default_factory=list)
    failed: bool = False

    def add(self, name: str, done: str, read: Read) -> None:
        """Count a message that was `done`."""
        self.counts[done] = self.counts.get(done, 0) + 1
        if len(self.shown) < _SHOWN:
            self.shown.append((name, done, read.features))

    def refuse(self, name: str, why: str) -> None:
        """Name a message with which nothing could be done."""
        self.failed = True
        click.echo(f"hamgate: {one_line(name)}: {why}", err=True)


@click.command()
@_LABEL
@_PATHS
@_ATTACHED
@click.option(
    "--relabel", "change", is_flag=True,
    help="Change the label of a message that is known with the other one, instead of refusing it: where each call is "
    "the newest word of a person, such as a message moved into or out of Junk.",
)  # fmt: skip
@_QUIET
@WHO
@STATE
@click.pass_context
def learn(
    ctx: click.Context,
    label: str,
    paths: tuple[str, ...],
    attached: bool,
    change: bool,
    quiet: bool,
    who: str | None,
    folder: Path | None,
) -> None:
    """Learn each message under PATH (default: one on standard input) as LABEL, on top of the active model.

    A message that is known with this label changes nothing and is no error. One with the other label is refused:
    change it with `hamgate relabel`, or say --relabel. The journal keeps digests, labels and numbers of tokens, no
    text; `hamgate forget` undoes all of it. `hamgate serve --state` takes up what was learned within five seconds.

    \b
    Exit: 0 learned or known; 1 a message was refused or unreadable; 75 the journal could not be written, try again.

    \b
    Examples:
      hamgate learn spam < mail.eml
      hamgate learn ham ~/Maildir/.Newsletters
      hamgate learn -q spam                            in a pipe of procmail, maildrop or imapsieve
      hamgate learn -q --attached spam                 behind an address that people forward to
      hamgate score --state ~/.local/state/hamgate mail.eml
    """

    def work(journal: Journal, read: Read, author: Author) -> str:
        try:
            return f"learned as {label}" if journal.learn(read.entry(label), author) else f"known as {label} already"
        except OtherLabelError:
            if not change:
                raise
            journal.relabel(read.entry(label), author)
            return f"relabelled as {label}"

    _run(ctx, work, Given(paths or ("-",), attached), folder, who, quiet)


@click.command()
@_PATHS
@_ATTACHED
@_QUIET
@WHO
@STATE
@click.pass_context
def forget(
    ctx: click.Context, paths: tuple[str, ...], attached: bool, quiet: bool, who: str | None, folder: Path | None
) -> None:
    """Take each message under PATH (default: one on standard input) out again: as if it had never been learned.

    \b
    Example:
      hamgate forget mail.eml
    """

    def work(journal: Journal, read: Read, author: Author) -> str:
        return f"forgotten, it was {journal.forget(read.digest, author)}"

    _run(ctx, work, Given(paths or ("-",), attached), folder, who, quiet)


@click.command()
@_LABEL
@_PATHS
@_ATTACHED
@_QUIET
@WHO
@STATE
@click.pass_context
def relabel(
    ctx: click.Context,
    label: str,
    paths: tuple[str, ...],
    attached: bool,
    quiet: bool,
    who: str | None,
    folder: Path | None,
) -> None:
    """Change each learned message under PATH (default: one on standard input) to LABEL.

    \b
    Example:
      hamgate relabel ham mail.eml
    """

    def work(journal: Journal, read: Read, author: Author) -> str:
        return f"relabelled as {label}" if journal.relabel(read.entry(label), author) else f"known as {label} already"

    _run(ctx, work, Given(paths or ("-",), attached), folder, who, quiet)


def _run(ctx: click.Context, work: Work, given: Given, folder: Path | None, who: str | None, quiet: bool) -> None:
    state, outcome = state_of(folder), Outcome()
    try:
        model = lessons.active_model(state)
        author, mail = Author(name_of(who), model.version), mail_of(model)
        with Journal.for_writing(state.journal) as journal:
            before = Tally() if quiet else journal.tally(mail)
            _work_through(journal, work, author, given, outcome)
            if not quiet:
                after, unread, inside = journal.tally(mail), journal.unread(), journal.contained(mail)
    except (StateError, ModelError) as error:
        raise TemporaryError(str(error)) from None
    if not (outcome.counts or outcome.failed):
        outcome.refuse(", ".join(given.paths), "no message in it")
    if not quiet:
        _show(outcome, [lessons.classifier(model, own) for own in (before, after)], model)
        _own_mail(after.messages, unread, inside)
    ctx.exit(1 if outcome.failed else 0)


def _work_through(journal: Journal, work: Work, author: Author, given: Given, outcome: Outcome) -> None:
    """Do `work` with each message, many in one transaction; `outcome` hears of them when they are on the disk."""
    found = _messages(given, outcome)
    while some := list(islice(found, _TOGETHER)):  # read before the transaction: standard input may be slow
        with journal.transaction():
            done = [(name, read, *_attempt(work, journal, read, author)) for name, read in some]
        for name, read, what, refused in done:
            if refused:
                outcome.refuse(name, what)
            else:
                outcome.add(name, what, read)


def _attempt(work: Work, journal: Journal, read: Read, author: Author) -> tuple[str, bool]:
    """What was done, or why it was refused, and whether it was."""
    try:
        return work(journal, read, author), False
    except OtherLabelError as error:
        other = "ham" if str(error) == "spam" else "spam"
        return f"was learned as {error}; to change that: hamgate relabel {other}", True
    except UnknownError:
        return "was never learned; to learn it: hamgate learn ham|spam", True


def _messages(given: Given, outcome: Outcome) -> Iterator[tuple[str, Read]]:
    for file in chain.from_iterable(_files(path, outcome) for path in given.paths):
        for mail in mailfiles.messages(file):
            if isinstance(mail, Unreadable):
                outcome.refuse(mail.name, mail.why)
            elif given.attached:
                yield from _carried(mail, outcome)
            else:
                yield _name(mail), lessons.read(mail.raw)


def _carried(mail: Mail, outcome: Outcome) -> Iterator[tuple[str, Read]]:
    found = carrier.attached(mail.raw)
    if not found:
        outcome.refuse(_name(mail), "no message is attached to it: forward as an attachment, not in the text")
    for number, raw in enumerate(found, 1):
        yield f"{_name(mail)}, attached message {number}", lessons.read(raw)


def _files(path: str, outcome: Outcome) -> Iterator[str]:
    try:
        yield from mailfiles.files(path)
    except OSError as error:
        outcome.refuse(path, error.strerror or str(error))


def _name(mail: Mail) -> str:
    return "standard input" if mail.name == "-" else mail.name


def _show(outcome: Outcome, classifiers: list[Classifier], model: Model) -> None:
    """One message with its score before and after, or the numbers of many and the mean of the first."""
    scores = [[_score(classifier, features) for classifier in classifiers] for _, _, features in outcome.shown]
    if sum(outcome.counts.values()) == 1:
        (name, done, _), (before, after) = outcome.shown[0], scores[0]
        click.echo(f"{one_line(name)}: {done}; {before:+.1f} -> {after:+.1f} points by the model {model.version}")
    elif scores:
        click.echo("; ".join(f"{count} {done}" for done, count in outcome.counts.items()))
        before, after = (sum(column) / len(scores) for column in zip(*scores, strict=True))
        click.echo(
            f"mean of the first {len(scores)}: {before:+.1f} -> {after:+.1f} points by the model {model.version}"
        )


def _score(classifier: Classifier, features: Features) -> float:
    return math.fsum(hit.points for hit in classifier.hits(features))


def _own_mail(messages: Messages, unread: int, inside: int) -> None:
    ham_plain, ham_html, spam_plain, spam_html = messages
    click.echo(
        f"learned here: {ham_plain + ham_html} ham ({ham_html} HTML), {spam_plain + spam_html} spam ({spam_html} HTML)"
    )
    if inside:
        click.echo(f"{inside} more were in the mail that the model was trained on, and do not count twice")
    for line in lessons.missing(messages):
        click.echo(f"missing: {line}")
    if lessons.refittable(messages):
        click.echo("enough own mail to fit the model to it: hamgate model refit, which says what that would change")
    if unread:
        click.echo(f"{unread} messages were learned with an older hamgate and do not count until learned again")
