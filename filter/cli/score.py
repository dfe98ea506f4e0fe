"""`hamgate score`: judge messages in files, folders, Maildirs, mbox files and on standard input."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import click

from filter import mailfiles
from filter.cli import report
from filter.cli.envelope import envelope_of, envelope_options
from filter.cli.exits import EXIT_TEMPORARY, Judging, TemporaryError
from filter.cli.options import RULES, SCORED_STATE, refuse_both
from filter.envelope import Envelope
from filter.mailfiles import Unreadable
from filter.scan import Scanner
from filter.store.errors import StateError
from filter.tomlfile.errors import TomlFileError
from filter.verdict import Verdict
from models.model import ModelError

EXIT_CODES = {"ham": 0, "spam": 1, "unsure": 2}
_FROM_BEST = ("ham", "unsure", "spam")
_CLUES = {"text": 4, "explain": 12, "json": 0, "tsv": 0}

Result = tuple[str, Verdict] | Unreadable


class Judge(Protocol):
    """A scanner, or one that is kept up to date."""

    def scan(self, raw: bytes, envelope: Envelope, clues: int) -> Verdict:
        """Judge one message."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a scanner is loaded from, and what it is asked."""

    folder: Path | None
    rules: Path | None
    state: Path | None
    envelope: Envelope
    clues: int


@click.command(cls=Judging)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...|-")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "tsv"]), default="text", show_default=True,
    help="text for people, json: one object a line, tsv: path, score, probability, verdict.",
)  # fmt: skip
@click.option("--explain", is_flag=True, help="Show every part of the score and the words behind it.")
@click.option(
    "--model", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Model to use instead of the shipped one."
)
@SCORED_STATE
@RULES
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes to score in.")
@click.option(
    "--exit-code",
    is_flag=True,
    help="Exit 0 for ham, 1 for spam, 2 for unsure, 75 after an error; of several the worst.",
)
@envelope_options
@click.pass_context
def score(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    form: str,
    explain: bool,
    folder: Path | None,
    state: Path | None,
    rules_file: Path | None,
    jobs: int,
    exit_code: bool,
    **who: Any,
) -> None:
    """Judge each message under PATH and say why.

    PATH is a message file, a folder, a Maildir, an mbox file, or - for one message on standard input. Messages of an
    mbox are named file.mbox#1, #2, ... Files that cannot be read are named on standard error; the others are scored.

    \b
    A score is log-odds in points: 0 is 50 % spam, 5 is 90 %, 15 is 99.86 %.
    ham: -5 or less; spam: 5 or more; unsure: between.

    \b
    Examples:
      hamgate score mail.eml
      hamgate score --explain - < mail.eml
      hamgate score --format tsv --jobs 2 ~/Maildir | sort -t$'\\t' -k2 -rn | head
      hamgate score --exit-code mail.eml || echo not ham
      hamgate score --rules rules.toml mail.eml
      hamgate score --state /var/lib/hamgate mail.eml
      hamgate score --from a@example.org --to b@example.net --ip 192.0.2.7 mail.eml
    """
    refuse_both(folder, state)
    source = Source(folder, rules_file, state, envelope_of(**who), _CLUES["explain" if explain else form])
    try:
        scanner = _load(source)
    except (ModelError, TomlFileError, StateError) as error:
        raise (TemporaryError if exit_code else click.ClickException)(str(error)) from None
    worst, failed = _write(_results(scanner, source, paths, jobs), report.writer(form, explain), paths)
    ctx.exit((EXIT_TEMPORARY if failed else EXIT_CODES[worst]) if exit_code else int(failed))


def _load(source: Source) -> Judge:
    if source.state is None:
        return Scanner.load(source.folder, source.rules)
    from filter.live import LiveScanner  # noqa: PLC0415 - most score without: 15 ms less

    return LiveScanner.load(source.state, source.rules)


def _write(results: Iterator[Result], write: report.Writer, paths: tuple[str, ...]) -> tuple[str, bool]:
    """Print all results; the worst label, and whether a message was unreadable, or there was none in `paths`."""
    sys.stdout.reconfigure(errors="surrogateescape")  # type: ignore[union-attr] # file names are bytes
    worst, failed = "", False
    for result in results:
        if isinstance(result, Unreadable):
            failed = True
            click.echo(f"hamgate: {report.one_line(result.name)}: {result.why}", err=True)
        else:
            write(*result)
            worst = max(worst, result[1].label, key=("", *_FROM_BEST).index)
    if not (worst or failed):
        failed = True
        click.echo(f"hamgate: no message in {report.one_line(', '.join(paths))}", err=True)
    sys.stdout.flush()  # a reader that went away is noticed here, not at exit
    return worst, failed


def _results(scanner: Judge, source: Source, paths: tuple[str, ...], jobs: int) -> Iterator[Result]:
    """Verdicts in the order of the paths, whatever the number of processes."""
    files = chain.from_iterable(map(_files, paths))
    if jobs == 1:
        for file in files:
            yield from file if isinstance(file, list) else _scan_file(scanner, file, source)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - 20 ms that one process does not need

    # Worker processes have no standard input: what comes there is scored here.
    work = (list(_scan_file(scanner, file, source)) if file == "-" else file for file in files)
    with ProcessPoolExecutor(jobs, initializer=_start_worker, initargs=(source,)) as pool:
        yield from chain.from_iterable(pool.map(_work, work, chunksize=16))


def _files(path: str) -> Iterator[str | list[Result]]:
    try:
        yield from mailfiles.files(path)
    except OSError as error:
        yield [Unreadable(path, error.strerror or str(error))]


def _scan_file(scanner: Judge, file: str, source: Source) -> Iterator[Result]:
    for mail in mailfiles.messages(file):
        if isinstance(mail, Unreadable):
            yield mail
        else:
            yield mail.name, scanner.scan(mail.raw, source.envelope, source.clues)


_work_on: Callable[[str], Iterator[Result]]


def _start_worker(source: Source) -> None:
    global _work_on  # noqa: PLW0603 # a worker process has exactly one scanner
    scanner = _load(source)
    _work_on = lambda file: _scan_file(scanner, file, source)  # noqa: E731


def _work(file: str | list[Result]) -> list[Result]:
    return file if isinstance(file, list) else list(_work_on(file))
