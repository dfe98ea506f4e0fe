"""`hamgate evaluate`: how well a model judges labelled mail, or how well one trained on this mail would."""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from filter.cli.options import RULES, read_rules
from filter.scan import Scanner
from models.model import DEFAULT, ModelError, load
from training import cases, evaluation, evaluation_text, familiar, modes, report_option, sources
from training.cases import Scored
from training.evaluation import Evaluation, Learned
from training.options import HAM, JOBS, JSON, SEED, SPAM, ManyValues
from training.protocols import TooFewError
from training.recipes import PLANS
from training.report_option import REPORT

Result = tuple[str, Scored, list[Learned]]


@dataclass(frozen=True, slots=True)
class Request:
    """What to evaluate on, and how: at most one of `folder`, `folds`, `share` and `online`; none: the shipped model."""

    ham: tuple[str, ...]
    spam: tuple[str, ...]
    folder: Path | None
    rules: Path | None
    folds: int | None
    share: float | None
    online: bool
    recipe: str
    grouped: bool
    jobs: int
    seed: int

    @property
    def trains(self) -> bool:
        """Whether models are fitted on the mail itself."""
        return self.online or self.folds is not None or self.share is not None


@click.command(cls=ManyValues)
@HAM
@SPAM
@click.option(
    "--model", "folder", type=click.Path(path_type=Path), metavar="DIR",
    help="Model to evaluate, on mail that it was not trained on.  [default: the shipped one]",
)  # fmt: skip
@RULES
@click.option(
    "--cv",
    "folds",
    type=click.IntRange(2, 50),
    metavar="N",
    help="Train on this mail instead, in N folds: 10 is usual.",
)
@click.option(
    "--holdout", "share", type=click.FloatRange(0.05, 0.9), metavar="SHARE",
    help="Train on this mail without SHARE of it (0.3 is usual), and evaluate on that.",
)  # fmt: skip
@click.option("--online", is_flag=True, help="In the order of the dates: score each message, then learn it.")
@click.option(
    "--recipe", type=click.Choice(sorted(PLANS)), default="site", show_default=True,
    help="For --cv, --holdout and --online, as for `hamgate train`.",
)  # fmt: skip
@click.option(
    "--group-duplicates", "grouped", is_flag=True,
    help="For --cv and --holdout: never train on near-duplicates of a message that is scored.",
)  # fmt: skip
@click.option(
    "--cost", type=click.FloatRange(min=0.0), default=10.0, show_default=True,
    help="How many missed spam are as bad as one ham called spam, for the best threshold.",
)  # fmt: skip
@REPORT
@JSON
@JOBS
@SEED
def evaluate(cost: float, page: Path | None, as_json: bool, rules_file: Path | None, **rest: object) -> None:
    """Measure how well labelled mail is judged, by the model and the rules together as they serve, and by the model.

    Without --cv, --holdout and --online a model as it is: the shipped one, or that of --model. Give mail that it was
    not trained on. In brackets stands the middle 95 % over 500 resamplings of the messages. Threshold rates: a message
    is called spam at that many points or more.

    \b
    Examples:
      hamgate evaluate --ham ~/Maildir --spam ~/Maildir/.Junk
      hamgate evaluate --ham ~/Maildir --spam ~/Maildir/.Junk --cv 10 --group-duplicates --report out.html
      hamgate evaluate --ham ~/Maildir --spam ~/Maildir/.Junk --online --json
    """
    request = Request(rules=rules_file, **rest)  # type: ignore[arg-type]  # click gives what its options say
    _refuse_contradictions(request)
    if page is not None:
        report_option.refuse(page)
    if rules_file is not None:
        read_rules(rules_file)
    protocol, scored, curve = _trained(request) if request.trains else _served(request)
    click.echo("Resampling ...", err=True)
    found = evaluation.make(protocol, scored, curve, cost, request.seed)
    click.echo(json.dumps(evaluation.as_object(found)) if as_json else evaluation_text.as_text(found))
    if page is not None:
        report_option.write(page, partial(_render, found))


def _refuse_contradictions(request: Request) -> None:
    given = {
        "--model": request.folder is not None,
        "--cv": request.folds is not None,
        "--holdout": request.share is not None,
        "--online": request.online,
    }
    named = [name for name, there in given.items() if there]
    if len(named) > 1:
        raise click.UsageError(f"{' and '.join(named)} exclude each other")
    if request.grouped and (request.folds, request.share) == (None, None):
        raise click.UsageError("--group-duplicates needs --cv or --holdout")


def _render(found: Evaluation) -> str:
    from training import report  # noqa: PLC0415 - plots are only loaded for who wants them

    return report.render(found)


def _served(request: Request) -> Result:
    try:
        Scanner.load(request.folder)
        model = load(request.folder or DEFAULT)
    except ModelError as error:
        raise click.ClickException(str(error)) from None
    work = partial(cases.scan_batch, folder=request.folder, rules=request.rules)
    classes = sources.read(request.ham, request.spam, work, request.jobs, fewest=1)
    familiar.warn([model], classes)
    mail = cases.lot(*classes)
    return f"Model {model.version} ({evaluation.printable(model.recipe.name)}) as it is", cases.scanned(mail), []


def _trained(request: Request) -> Result:
    plan = PLANS[request.recipe]
    work = partial(cases.judge_batch, fields=plan.recipe.fields, own=request.rules)
    classes = sources.read(request.ham, request.spam, work, request.jobs)
    mail = modes.corpus(*classes, plan, request.grouped, request.seed, cases.rule_set(request.rules).composites)
    name = f"recipe {request.recipe}"
    grouped = ", near-duplicates together" if request.grouped else ""
    if request.online:
        scored = modes.streamed(mail)
        return f"Online, {name}: each message scored, then learned", scored, list(modes.windows(scored))
    try:
        if request.folds is not None:
            scored = modes.cross_validated(mail, request.folds)
            curve = list(modes.curve(mail, modes.split(mail, modes.CURVE_SHARE)))
            return f"Trained in {request.folds} folds, {name}{grouped}", scored, curve
        fold = modes.split(mail, request.share or 0.0)
        scored = modes.by_splits(mail, [fold])
        return f"Trained on {len(fold[0])} messages, {name}{grouped}", scored, list(modes.curve(mail, fold))
    except TooFewError as error:
        raise click.ClickException(str(error)) from None
