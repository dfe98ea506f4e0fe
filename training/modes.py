"""The modes of an evaluation that train: each scores labelled mail by models that had not learned it."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from filter.rules.composite import Composite
from filter.rules.composites import COMPOSITES
from training import cases, dataset, duplicates, evaluation, online, protocols
from training.cases import Case, Lot, Scored
from training.dataset import Dataset
from training.evaluate import Integers
from training.evaluation import Learned
from training.protocols import Fold, Predicted
from training.recipes import Plan
from training.sources import Source

CURVE_SHARE = 0.3
"""Share of the mail that a learning curve is measured on where nothing else is held out."""
_WINDOW_FROM = 100


@dataclass(frozen=True, slots=True)
class Corpus:
    """Labelled mail to fit models of one plan on; `groups`: near-duplicates, which then stay together, or None."""

    lot: Lot
    data: Dataset
    plan: Plan
    groups: Integers | None
    seed: int = 0
    composites: Sequence[Composite] = COMPOSITES


def corpus(
    ham: Source[Case],
    spam: Source[Case],
    plan: Plan,
    grouped: bool,
    seed: int = 0,
    composites: Sequence[Composite] = COMPOSITES,
) -> Corpus:
    """Mail that `cases.judge_batch` has read for the fields of `plan`, with the `composites` of the same rules."""
    fields = plan.recipe.fields
    rows = [[row.extracted for row in source.rows if row.extracted is not None] for source in (ham, spam)]
    groups = duplicates.groups(row.likeness for row in (*ham.rows, *spam.rows)) if grouped else None
    return Corpus(cases.lot(ham, spam), dataset.build(rows[0], rows[1], fields), plan, groups, seed, composites)


def cross_validated(mail: Corpus, count: int) -> Scored:
    """Each message by a model that was fitted on the other folds. Raises TooFewError."""
    return by_splits(mail, protocols.folds(mail.data.spam, mail.groups, count, mail.seed))


def by_splits(mail: Corpus, splits: list[Fold]) -> Scored:
    """The test rows of each split by a model that was fitted on its training rows."""
    with click.progressbar(splits, label="Fitting and scoring", file=sys.stderr) as bar:
        return _scored(mail, protocols.predict(mail.data, mail.plan, bar, mail.seed))


def split(mail: Corpus, share: float) -> Fold:
    """Rows to train on and `share` of the rows to test on. Raises TooFewError."""
    return protocols.held_out(mail.data.spam, mail.groups, share, mail.seed)


def streamed(mail: Corpus) -> Scored:
    """Each message, in the order of the dates, by what was learned from those before it."""
    with click.progressbar(length=len(mail.lot), label="Scoring and learning", file=sys.stderr) as bar:
        return _scored(mail, online.predict(mail.data, mail.plan, cases.by_date(mail.lot), bar.update))


def _scored(mail: Corpus, found: Predicted) -> Scored:
    return cases.with_rules(mail.lot, found.rows, found.parts, found.points, mail.plan.recipe.fields, mail.composites)


def curve(mail: Corpus, fold: Fold) -> Iterator[Learned]:
    """What models reach on the test rows that were fitted on 100, 200, 400 ... and all training rows."""

    def say(size: int) -> None:
        click.echo(f"Learning from {size} messages ...", err=True)

    for size, found in protocols.growing(mail.data, mail.plan, fold, mail.seed, say):
        scored = _scored(mail, found)
        one = evaluation.learned(size, scored.whole, scored.spam)
        if one is not None:
            yield one


def windows(scored: Scored) -> Iterator[Learned]:
    """What was reached online after 100, 200, 400 ... messages, each on those up to the next number."""
    start, total = _WINDOW_FROM, len(scored.rows)
    while start < total:
        part = slice(start, min(2 * start, total))
        one = evaluation.learned(start, scored.whole[part], scored.spam[part])
        if one is not None:
            yield one
        start *= 2
