"""`hamgate train`: from labelled mail to a model, with what it reaches on mail it has not seen."""

from dataclasses import replace
from functools import partial
from os import cpu_count
from pathlib import Path

import click

from models import card
from models.model import Model, save
from training import dataset, evaluate, fit, sources
from training.dataset import extract_batch
from training.options import ManyValues
from training.recipes import PLANS


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
    ham_mail, spam_mail = sources.read(ham, spam, partial(extract_batch, fields=plan.recipe.fields), jobs)
    data = dataset.build(ham_mail.rows, spam_mail.rows, plan.recipe.fields)
    click.echo(f"Fitting and measuring on {len(data)} messages ...", err=True)
    quality = evaluate.quality(fit.held_out(data, plan, seed), data.spam)
    model = replace(
        fit.fit(data, plan, seed),
        about=about,
        corpora=(ham_mail.card_entry(), spam_mail.card_entry()),
        metrics={"held_out": quality.rounded()},
    )
    try:
        save(model, out, card.render(model))
    except OSError as error:
        raise click.ClickException(f"{out}: the model could not be written: {error.strerror or error}") from None
    _summarise(model, quality, out)


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
