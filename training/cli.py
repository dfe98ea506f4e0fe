"""`hamgate train`: from labelled mail to a model, with what it reaches on mail it has not seen."""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from os import cpu_count
from pathlib import Path

import click

from filter.mailfiles import Unreadable
from models import card
from models.model import Model, save
from training import corpus, dataset, evaluate, fit
from training.dataset import Extracted
from training.options import ManyValues
from training.recipes import PLANS

FEWEST = 20
"""Messages of each class below which nothing can be learned or measured."""
_LISTED = 20


@dataclass(slots=True)
class Source:
    """Where the messages of one class come from, and what became of reading them."""

    label: str
    paths: tuple[str, ...]
    names: list[str] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    def messages(self) -> Iterator[bytes]:
        """Raw messages; remembers their names and the paths that gave none."""
        for path in self.paths:
            for mail in corpus.read(path, self.label):
                if isinstance(mail, Unreadable):
                    self.unreadable.append(mail)
                else:
                    self.names.append(mail.name)
                    yield mail.raw


@click.command(cls=ManyValues)
@click.option("--ham", multiple=True, required=True, metavar="PATH...", help="Good mail.")
@click.option("--spam", multiple=True, required=True, metavar="PATH...", help="Spam.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Folder to write the model to."
)
@click.option(
    "--recipe", type=click.Choice(sorted(PLANS)), default="site", show_default=True,
    help="site: best on the mail of the site it was trained on. starter: careful on mail it has never seen.",
)  # fmt: skip
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=cpu_count() or 1,
    help="Processes to read mail in.  [default: all cores]",
)
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**32 - 2), default=0, show_default=True, help="Of every random choice."
)
@click.option(
    "--about", default="", metavar="TEXT", help="For the model card: what mail this is and under what licence."
)
def train(
    ham: tuple[str, ...], spam: tuple[str, ...], out: Path, recipe: str, jobs: int, seed: int, about: str
) -> None:
    """Train a model on labelled mail and measure it on mail held out.

    PATH is a message file, a folder, a Maildir, an mbox file, a TREC index (of which the lines of that class are
    read) or a .tar or .zip archive, read in memory; ARCHIVE::FOLDER reads one folder of it.

    \b
    Examples:
      hamgate train --ham ~/Maildir --spam ~/Maildir/.Junk --out my-model
      hamgate train --ham corpus.tar.xz::ham --spam corpus.tar.xz::spam --out my-model
      hamgate score --model my-model new-mail.eml
    """
    plan = PLANS[recipe]
    classes: dict[str, list[Extracted]] = {}
    sources = [Source("ham", ham), Source("spam", spam)]
    for source in sources:
        classes[source.label] = _read(source, plan.recipe.fields, jobs)
    for source in sources:
        _refuse_few(source)
    _refuse_both_labels(sources, classes)
    data = dataset.build(classes["ham"], classes["spam"], plan.recipe.fields)
    click.echo(f"Fitting and measuring on {len(data)} messages ...", err=True)
    quality = evaluate.quality(fit.held_out(data, plan, seed), data.spam)
    model = replace(
        fit.fit(data, plan, seed),
        about=about,
        corpora=tuple(_corpus(label, rows) for label, rows in classes.items()),
        metrics={"held_out": quality.rounded()},
    )
    try:
        save(model, out, card.render(model))
    except OSError as error:
        raise click.ClickException(f"{out}: the model could not be written: {error.strerror or error}") from None
    _summarise(model, quality, out)


def _read(source: Source, fields: tuple[str, ...], jobs: int) -> list[Extracted]:
    unknown = iter(())  # click takes either a length or something to iterate; the messages come to `progress`
    with click.progressbar(
        unknown, corpus.count(source.paths), f"Reading {source.label}", show_pos=True, file=sys.stderr
    ) as bar:

        def progress(more: int) -> None:
            if bar.length is not None:
                bar.length = max(bar.length, bar.pos + more)  # an mbox is one file of many messages
            bar.update(more)

        rows = dataset.read(source.messages(), fields, jobs, progress)
    for item in source.unreadable[:_LISTED]:
        click.echo(f"hamgate: {item.name}: {item.why}", err=True)
    if len(source.unreadable) > _LISTED:
        click.echo(f"hamgate: ... and {len(source.unreadable) - _LISTED} more that could not be read", err=True)
    return rows


def _refuse_few(source: Source) -> None:
    if len(source.names) < FEWEST:
        raise click.ClickException(
            f"found {len(source.names)} {source.label} messages in {', '.join(source.paths)}; "
            f"at least {FEWEST} of each class are needed, and a few hundred make a useful model"
        )


def _refuse_both_labels(sources: list[Source], classes: dict[str, list[Extracted]]) -> None:
    ham, spam = (
        {row.digest: name for row, name in zip(classes[source.label], source.names, strict=True)} for source in sources
    )
    shared = [f"  {ham[digest]}  =  {spam[digest]}" for digest in ham if digest in spam]
    if shared:
        more = [f"  ... and {len(shared) - _LISTED} more"] if len(shared) > _LISTED else []
        listing = "\n".join([*shared[:_LISTED], *more])
        raise click.ClickException(
            f"{_number(len(shared))} labelled both ham and spam; keep one of the labels:\n{listing}"
        )


def _number(messages: int) -> str:
    return "1 message is" if messages == 1 else f"{messages} messages are"


def _corpus(label: str, rows: list[Extracted]) -> dict[str, object]:
    digest = hashlib.sha256("\n".join(sorted(row.digest for row in rows)).encode()).hexdigest()
    return {"label": label, "messages": len(rows), "sha256": digest}


def _summarise(model: Model, quality: evaluate.Quality, out: Path) -> None:
    click.echo(
        f"Model {model.version} ({model.recipe.name}) from {quality.ham} ham and {quality.spam} spam is in {out}\n"
        "On mail it had not seen (5 folds):\n"
        f"  ham called spam at 5 points  {quality.fp_tag:6.2f} %     at 15 points  {quality.fp_reject:6.2f} %\n"
        f"  spam missed at 5 points      {quality.missed_tag:6.2f} %     at 15 points  {quality.missed_reject:6.2f} %\n"
        f"  spam missed where 0.5 % of ham is called spam  {quality.missed_at_fp:.2f} %\n"
        f"  1 - area under the ROC curve  {quality.roca:.4f} %;  calibration error  {quality.ece:.4f}\n"
        f"Use it:  hamgate score --model {out} mail.eml"
    )
