"""`hamgate corpus check`: whether a labelled corpus is fit to train on, before time is spent on it."""

from dataclasses import replace
from functools import partial

import click

from training import check, check_report, dataset, sources, suspects
from training.check import Report
from training.drawn import Drawn, Reading
from training.examined import examine_batch
from training.options import HAM, JOBS, JSON, SPAM, ManyValues
from training.recipes import SITE


@click.command("check", cls=ManyValues)
@HAM
@SPAM
@click.option(
    "--labels/--no-labels", default=True, help="Look for mislabelled messages, which fits five models.  [default: yes]"
)
@click.option("--with-trashed", is_flag=True, help="Of a Maildir, read drafts and trashed messages too.")
@JOBS
@JSON
def check_corpus(
    ham: tuple[str, ...], spam: tuple[str, ...], labels: bool, with_trashed: bool, jobs: int, as_json: bool
) -> None:
    """Say what labelled mail is like and what is wrong with it: repeats, wrong labels, gaps, damage.

    Exits 0 if a model can be trained on it, 1 if not, with what to do.

    Every message is compared with all others, so memory grows: about 280 MiB for each 100,000 messages (measured on
    mail of 2002). Wrong labels are sought among 50,000, which takes up to 600 MiB more; not with --no-labels.

    \b
    Examples:
      hamgate corpus check --ham ~/Maildir --spam ~/Maildir/.Junk
      hamgate corpus check --ham labels.csv --spam labels.csv --no-labels
      hamgate corpus check --ham s3://bucket/ham --spam s3://bucket/spam --json
    """
    work = partial(examine_batch, fields=SITE.recipe.fields if labels else ())  # nothing else needs tokens
    drawn = Drawn() if labels else Drawn(0)
    classes = (
        Reading("ham", ham, trashed=with_trashed, drawn=drawn),
        Reading("spam", spam, trashed=with_trashed, drawn=drawn),
    )
    for source in classes:
        sources.take(source, partial(dataset.stream, work=work, jobs=jobs))
    report = _report(*classes, drawn, labels=labels)
    click.echo(check_report.as_json(report) if as_json else check_report.as_text(report))
    if not report.usable:
        raise click.exceptions.Exit(1)


def _report(ham: Reading, spam: Reading, drawn: Drawn, *, labels: bool) -> Report:
    grouped, border = check.groups(ham, spam), len(ham.rows)
    classes = check.describe(ham, grouped[:border]), check.describe(spam, grouped[border:])
    found = None
    if labels and check.can_be_fitted(classes):
        click.echo("Looking for wrong labels ...", err=True)
        rows, is_spam = [*ham.rows, *spam.rows], [False] * border + [True] * len(spam.rows)
        found = check.named(suspects.find(rows, is_spam, grouped, drawn.slots), ham, spam)
    both = check.in_both(ham, spam)
    report = Report(classes, both, check.near_both(ham, spam, grouped), found, check.problems(classes, both))
    return replace(report, warnings=check.warnings(report))
