"""`hamgate rules fit`: from labelled mail to the points of each rule, with what they reach on mail held out."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click
import numpy as np

from filter import selftest
from filter.classifier import Classifier
from filter.cli.report import one_line
from filter.rules import manual
from filter.rules.catalogue import RULES
from models import card
from models.model import DEFAULT, Model, ModelError, load, save
from training import judged, out_option, rules_report, sources, trials, weigh
from training.judged import Mail
from training.options import HAM, JOBS, JSON, SPAM, ManyValues
from training.protocols import Fold
from training.recipes import PLANS, Plan
from training.rules_report import Report
from training.weigh import Trial, Weights

_SEEN = 0.5
"""Share of messages without an unknown token from which a model was trained on them; of new mail it is below 0.2."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be weighed on which mail. `fresh`: the mail as `model` sees it, None if it was trained on it."""

    model: Model
    plan: Plan
    mail: Mail
    fresh: Trial | None
    keep: frozenset[str]


@click.command("fit", cls=ManyValues)
@HAM
@SPAM
@click.option(
    "--model", "folder", type=click.Path(path_type=Path), default=DEFAULT, metavar="DIR",
    help="Model that the rules are weighed with.  [default: the shipped one]",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR",
    help="Folder to write the model with its rules to, which may be that of --model.  [default: only print]",
)  # fmt: skip
@click.option("--keep", multiple=True, metavar="SYMBOL...", help="Rules that keep their points.")
@click.option(
    "--cv", "folds", type=click.IntRange(2, 20), default=5, show_default=True, help="Folds to measure the result on."
)
@JOBS
@JSON
def fit_rules(
    ham: tuple[str, ...],
    spam: tuple[str, ...],
    folder: Path,
    out: Path | None,
    keep: tuple[str, ...],
    folds: int,
    jobs: int,
    as_json: bool,
) -> None:
    """Weigh the rules on labelled mail, together with the model, and measure the result on mail held out.

    Give the mail that the model was trained on, or mail that it has never seen; a mixture of both is refused. A rule
    keeps the points that it ships with if it hits fewer than 20 different messages. The others move away from them as
    far as the mail is evidence for it: never over 0, and not beyond what their own hits support.

    \b
    Examples:
      hamgate train --ham ~/Maildir --spam ~/Maildir/.Junk --out my-model
      hamgate rules fit --model my-model --ham ~/Maildir --spam ~/Maildir/.Junk --out my-model
      hamgate score --model my-model new-mail.eml
    """
    if out is not None:
        out_option.refuse(out)
    task = _task(ham, spam, folder, frozenset(_symbols(keep)), jobs)
    report = _report(task, folds)
    fitted = _with_rules(task, report)
    if out is not None:
        _save(fitted, out)
    if as_json:
        click.echo(rules_report.as_json(report[0], fitted.version))
        return
    where = f"Model {fitted.version} with these points is in {out}" if out else "Nothing was written: name --out DIR"
    click.echo(f"{rules_report.as_text(report[0])}\n\n{where}")


def _symbols(names: tuple[str, ...]) -> Iterator[str]:
    known = {rule.symbol for rule in RULES}
    for name in names:
        if name.upper() not in known:
            near = ", ".join(manual.nearest(name)) or "none"
            raise click.ClickException(f"no rule is called {one_line(name)}; nearest: {near}. See: hamgate rules list")
        yield name.upper()


def _task(ham: tuple[str, ...], spam: tuple[str, ...], folder: Path, keep: frozenset[str], jobs: int) -> Task:
    model, plan = _load(folder)
    classes = sources.read(ham, spam, partial(judged.judge_batch, fields=plan.recipe.fields), jobs)
    mail = judged.build(classes[0].rows, classes[1].rows, plan.recipe.fields)
    given = {source.card_entry()["sha256"] for source in classes}
    if given == {corpus.get("sha256") for corpus in model.corpora}:
        click.echo("The model was trained on this mail: each message is scored without it.", err=True)
        return Task(model, plan, mail, None, keep)
    fresh, known = trials.unseen(mail, model, plan)
    if float(np.mean(known == 1.0)) > _SEEN:
        raise click.ClickException(
            f"{folder}: the model was trained on some of this mail, but not on exactly this mail. Give all of the mail "
            "that it was trained on and nothing else, or only mail that it has never seen"
        )
    return Task(model, plan, mail, fresh, keep)


def _load(folder: Path) -> tuple[Model, Plan]:
    try:
        model = load(folder)
        Classifier(model)
    except ModelError as error:
        raise click.ClickException(str(error)) from None
    if model.recipe.name not in PLANS:
        known = ", ".join(sorted(PLANS))
        raise click.ClickException(f"{folder}: made by the recipe {one_line(model.recipe.name)}, not by one of {known}")
    return model, replace(PLANS[model.recipe.name], recipe=model.recipe)


def _report(task: Task, count: int) -> tuple[Report, Weights]:
    splits = _splits(task.mail, count)
    with click.progressbar(splits, label="Measuring", file=sys.stderr) as bar:
        measured = trials.held_out(task.mail, task.fresh, task.plan, task.keep, bar)
    whole = task.fresh or trials.cross_fitted(task.mail, task.model, task.plan)
    weights = trials.weigh_rules(whole, task.plan, task.keep)
    return rules_report.make(whole, weights, measured, weigh.reasons(whole, task.keep, task.plan.fewest_own)), weights


def _splits(mail: Mail, count: int) -> list[Fold]:
    """Grouped folds. Refuses mail of too few groups of near-duplicates for folds inside folds."""
    needed = 2 * max(count, weigh.FOLDS)
    for label, chosen in (("ham", ~mail.data.spam), ("spam", mail.data.spam)):
        if (found := len(np.unique(mail.groups[chosen]))) < needed:
            raise click.ClickException(
                f"the {label} messages are near-duplicates of {found} only; at least {needed} different ones are needed"
            )
    return list(weigh.folds(mail.data.spam, mail.groups, count, seed=1))


def _with_rules(task: Task, found: tuple[Report, Weights]) -> Model:
    """The model with weighed rules, and with its fields and bias as they were weighed beside them."""
    model, (report, weights) = task.model, found
    if weights.strength.scores:
        values = [round(float(value), 6) for value in weights.scores]
        fields = {
            name: replace(model.fields[name], points=value)
            for name, value in zip(model.recipe.fields, values, strict=False)
        }
        model = replace(model, fields=fields, bias=values[-1])
        model = replace(model, self_test=tuple(round(value, 6) for value in selftest.points(Classifier(model))))
    rules = {line.symbol: line.points for line in report.weighed}
    return replace(model, rules=rules, metrics={**model.metrics, "rules": rules_report.for_card(report)})


def _save(model: Model, out: Path) -> None:
    try:
        save(model, out, card.render(model))
    except OSError as error:
        raise click.ClickException(f"{out}: the model could not be written: {error.strerror or error}") from None
