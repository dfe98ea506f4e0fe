"""`hamgate train`: from labelled mail to a model, with what it reaches on mail it has not seen."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from os import cpu_count
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import click

from models import card
from models.model import Model, save
from training import cluster, contained, dataset, evaluate, fit, intake, out_option, sources
from training.contained import Marks
from training.dataset import Dataset, Extracted
from training.intake import Intake, Tally
from training.ledger import Ledger
from training.options import ManyValues
from training.recipes import PLANS, Plan
from training.sample import Sample
from training.sources import Runner

Batch = Callable[[list[bytes]], list[Extracted]]


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
@click.option("--with-trashed", is_flag=True, help="Of a Maildir, read drafts and trashed messages too.")
@click.option(
    "--backend", type=click.Choice(["local", "dask"]), default="local", show_default=True,
    help="Where mail is read: by processes here, or on a Dask cluster. The model is the same.",
)  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", help="Of the Dask cluster: tcp://HOST:8786.")
@click.option(
    "--state", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
    help="State folder whose learned messages are in this mail: they are not to count again on top of this model.",
)  # fmt: skip
@click.option(
    "--about", default="", metavar="TEXT", help="For the model card: what mail this is and under what licence."
)
def train(
    ham: tuple[str, ...],
    spam: tuple[str, ...],
    out: Path,
    recipe: str,
    jobs: int,
    seed: int,
    with_trashed: bool,
    backend: str,
    scheduler: str | None,
    folder: Path | None,
    about: str,
) -> None:
    """Train a model on labelled mail and measure it on mail held out.

    PATH is a message file, a folder, a Maildir, an MH folder or an mbox file, a TREC index or a .csv of path and label
    (of which the lines of that class are read), a .tar or .zip archive (ARCHIVE::FOLDER reads one folder of it), or an
    address such as s3://bucket/mail. Files may be packed (.gz, .bz2, .xz); all are read in memory, nothing is unpacked.

    Up to 15,000 messages of a class all is learned from all of them. Of more, a sample of that size teaches the second
    stage and is measured; Naive Bayes counts every message. So memory stays below 1 GiB for any corpus.

    \b
    Examples:
      hamgate train --ham ~/Maildir --spam ~/Maildir/.Junk --out my-model
      hamgate train --ham ~/Maildir --spam ~/Maildir/.Junk --out my-model --state ~/.local/state/hamgate
      hamgate train --ham corpus.tar.xz::ham --spam corpus.tar.xz::spam --out my-model
      hamgate score --model my-model new-mail.eml
    """
    plan = PLANS[recipe]
    _refuse_half_a_cluster(backend, scheduler)
    out_option.refuse(out)
    marks = Marks.of(folder) if folder else None
    data, corpora = _read(_classes(ham, spam, plan, seed, with_trashed), _work(plan, marks), scheduler, jobs, marks)
    model, quality = _fit(data, plan, seed)
    model = replace(model, about=about, corpora=corpora)
    _write(model, out)
    _summarise(model, quality, out)
    for line in marks.keep(model) if marks else ():
        click.echo(line)


def _refuse_half_a_cluster(backend: str, scheduler: str | None) -> None:
    if (backend == "dask") != (scheduler is not None):
        raise click.UsageError("--backend dask needs --scheduler ADDRESS, and nothing else takes it")


def _classes(
    ham: tuple[str, ...], spam: tuple[str, ...], plan: Plan, seed: int, trashed: bool
) -> tuple[Intake, Intake]:
    ledger, tally = Ledger(), Tally(plan.recipe.fields)
    return (
        Intake("ham", ham, trashed=trashed, ledger=ledger, tally=tally, sample=Sample(seed)),
        Intake("spam", spam, trashed=trashed, ledger=ledger, tally=tally, sample=Sample(seed)),
    )


def _work(plan: Plan, marks: Marks | None) -> Batch:
    return partial(contained.extract_batch if marks else dataset.extract_batch, fields=plan.recipe.fields)


def _read(
    classes: tuple[Intake, Intake], work: Batch, scheduler: str | None, jobs: int, marks: Marks | None
) -> tuple[Dataset, tuple[dict[str, Any], ...]]:
    """Read both classes, here or on the cluster of `scheduler`."""
    if scheduler is None:
        return _collect(classes, partial(dataset.stream, work=work, jobs=jobs), marks)
    with cluster.connect(scheduler) as client:
        return _collect(classes, partial(cluster.stream, client, work=work), marks)


def _fit(data: Dataset, plan: Plan, seed: int) -> tuple[Model, evaluate.Quality]:
    """The model, and what models like it reach on mail held out."""
    click.echo(f"Fitting and measuring on {_described(data)} ...", err=True)
    quality = intake.quality(fit.held_out(data, plan, seed), data)
    return replace(fit.fit(data, plan, seed), metrics={"held_out": quality.rounded()}), quality


def _write(model: Model, out: Path) -> None:
    try:
        save(model, out, card.render(model))
    except OSError as error:
        raise click.ClickException(f"{out}: the model could not be written: {error.strerror or error}") from None


def _collect(
    classes: tuple[Intake, Intake], run: Runner[Extracted], marks: Marks | None
) -> tuple[Dataset, tuple[dict[str, Any], ...]]:
    """Read both classes: the dataset and what the card says of them. Raises ClickException."""
    ledger = classes[0].ledger
    try:
        for source in classes:
            sources.take(source, marks.watching(source.label, run) if marks else run)
        for source in classes:
            sources.refuse_few(source, source.sample.seen)
        sources.refuse_both(*ledger.both(sources.LISTED))
        return intake.build(*classes), tuple(ledger.card_entry(source.label) for source in classes)
    except sqlite3.Error as error:
        raise click.ClickException(f"the list of what was read could not be kept in {gettempdir()}: {error}") from None
    finally:
        ledger.close()


def _described(data: Dataset) -> str:
    if data.rest is None:
        return f"{len(data)} messages"
    return f"a sample of {len(data):,} messages; Naive Bayes counts {int(data.rest.messages.sum()):,} more"


def _summarise(model: Model, quality: evaluate.Quality, out: Path) -> None:
    ham, spam = sum(model.messages[:2]), sum(model.messages[2:])
    click.echo(
        f"Model {model.version} ({model.recipe.name}) from {ham} ham and {spam} spam is in {out}\n"
        "On mail it had not seen (5 folds):\n"
        f"  ham called spam at 5 points  {quality.fp_tag:6.2f} %     at 15 points  {quality.fp_reject:6.2f} %\n"
        f"  spam missed at 5 points      {quality.missed_tag:6.2f} %     at 15 points  {quality.missed_reject:6.2f} %\n"
        f"  spam missed where 0.5 % of ham is called spam  {quality.missed_at_fp:.2f} %\n"
        f"  1 - area under the ROC curve  {quality.roca:.4f} %;  calibration error  {quality.ece:.4f}\n"
        f"Use it:  hamgate score --model {out} mail.eml"
    )
