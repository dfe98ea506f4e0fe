"""`hamgate compare`: whether one model judges labelled mail better than another."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from filter.scan import Scanner
from filter.store.versions import SHIPPED
from models.model import DEFAULT, Model, ModelError, load
from training import comparison, evaluation_text, familiar, report_option, sources
from training.comparison import Comparison, Disagreement
from training.figures import FIGURES
from training.options import HAM, JOBS, JSON, SEEDS, SPAM, ManyValues
from training.report_option import REPORT

_LISTED = 20


@click.command(cls=ManyValues)
@click.argument("first", metavar="MODEL")
@click.argument("second", metavar="MODEL")
@HAM
@SPAM
@REPORT
@JSON
@JOBS
@click.option("--seed", type=SEEDS, default=0, show_default=True, help="Of the resampling.")
def compare(
    first: str,
    second: str,
    ham: tuple[str, ...],
    spam: tuple[str, ...],
    page: Path | None,
    as_json: bool,
    jobs: int,
    seed: int,
) -> None:
    """Judge the same labelled mail with two models, each with the shipped rules, and say what changes.

    MODEL is the folder of a model, or `shipped` for the one that comes with hamgate. Give mail that neither was trained
    on. A change is marked with * if chance does not explain it: 0 lies outside the middle 95 % of 500 resamplings. The
    messages that only one of them gives 5 points or more are listed with what counted most for each.

    \b
    Examples:
      hamgate compare shipped my-model --ham new/ham --spam new/spam
      hamgate compare old-model my-model --ham new/ham --spam new/spam --report out.html
    """
    if page is not None:
        report_option.refuse(page)
    folders = _folder(first), _folder(second)
    models = _model(folders[0]), _model(folders[1])
    versions = models[0].version, models[1].version
    classes = sources.read(ham, spam, partial(comparison.scan_batch, folders=folders), jobs, fewest=1)
    familiar.warn(models, classes)
    click.echo("Resampling ...", err=True)
    found = comparison.make(*classes, seed)
    if as_json:
        click.echo(json.dumps(comparison.as_object(found, versions)))
    else:
        click.echo("\n".join(_text(found, versions)))
    if page is not None:
        report_option.write(page, partial(_render, found, versions))


def _folder(name: str) -> Path:
    return DEFAULT if name == SHIPPED else Path(name)


def _model(folder: Path) -> Model:
    try:
        Scanner.load(folder)
        return load(folder)
    except ModelError as error:
        raise click.ClickException(str(error)) from None


def _render(found: Comparison, versions: tuple[str, str]) -> str:
    from training import comparison_report  # noqa: PLC0415 - plots are only loaded for who wants them

    return comparison_report.render(found, versions)


def _text(found: Comparison, versions: tuple[str, str]) -> Iterator[str]:
    yield f"From model {versions[0]} to model {versions[1]} on {(~found.spam).sum()} ham and {found.spam.sum()} spam"
    yield f"{'':<50}{'first':>12}{'second':>12}{'change':>32}"
    for figure in FIGURES:
        before, after = (f"{side[figure.key].value:.{figure.digits}f}" for side in (found.first, found.second))
        change = found.change[figure.key]
        mark = " *" if comparison.differs(change) else "  "
        told = evaluation_text.number(figure, change, "+")
        yield f"{evaluation_text.title(figure):<50}{before:>12}{after:>12}{told:>30}{mark}"
    yield ""
    yield f"Spam at 5 points for one of them only: {len(found.disagreements)} messages"
    for one in found.disagreements[:_LISTED]:
        yield from _disagreement(one)
    if len(found.disagreements) > _LISTED:
        yield f"... and {len(found.disagreements) - _LISTED} more (--json lists all)"


def _disagreement(one: Disagreement) -> Iterator[str]:
    yield f"  {one.label}  {one.name}"
    for place, score, hits in zip(("first", "second"), one.pair.scores, one.pair.hits, strict=True):
        yield f"    {place:<7}{score:+7.1f}  {evaluation_text.told(hits)}"
