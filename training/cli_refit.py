"""`hamgate model refit`: a model of the site's own from what `hamgate learn` has taught it, without the mail itself."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from filter import learn
from filter.cli.options import STATE, WHO, name_of, state_of
from filter.cli.report import one_line
from filter.store import versions
from filter.store.contained import mail_of
from filter.store.errors import StateError
from filter.store.folder import State
from filter.store.journal import Journal
from models.model import DEFAULT, Model, ModelError, load
from training import fit, in_use, intake, refit
from training.dataset import Bools
from training.evaluate import Quality
from training.in_use import Comparison
from training.options import SEED
from training.recipes import SITE
from training.refit import Own


@dataclass(frozen=True, slots=True)
class Found:
    """What a refit makes: the model, how good it is on own mail held out, and that beside the one in use if known."""

    model: Model
    quality: Quality
    beside: Comparison | None


@click.command("refit")
@click.option(
    "--base", metavar="VERSION|DIR",
    help="Model whose counts go on counting.  [default: the active one, or the one that it was refitted from]",
)  # fmt: skip
@SEED
@WHO
@STATE
def refit_model(base: str | None, seed: int, who: str | None, folder: Path | None) -> None:
    """Fit the model in use to the mail that was learned, and put it into the state folder as a new version.

    What the base model counts is kept and what was learned is added to it; how much each part of a message says is
    fitted on own mail alone. That needs 100 learned messages of each class, and none of the mail itself: all is in the
    journal. The new version is measured on mail held out and not activated. Later, refit again: always from the
    same base and all that is learned then, so what was forgotten is gone.

    \b
    Examples:
      hamgate model refit
      hamgate model refit --base shipped --state /var/lib/hamgate
    """
    state = state_of(folder)
    try:
        active = learn.active_model(state)
        below = _base(state, active, base)
        own, unseen = _own_mail(state, below, active, seed)
        _refuse_few(own)
        click.echo(f"Fitting and measuring on {len(own.labels)} own messages ...", err=True)
        found = _fitted(below, active, own, unseen, seed)
        with Journal.for_writing(state.journal) as journal, journal.transaction():  # first: else they would count twice
            journal.mark(mail_of(found.model), own.labels, mail_of(below))
        versions.install(state, found.model, name_of(who))
    except (ModelError, StateError) as error:
        raise click.ClickException(one_line(str(error))) from None
    _summarise(found, below, own)


def _base(state: State, active: Model, named: str | None) -> Model:
    """The model to refit from. Raises ModelError and StateError."""
    name = named or _refitted_from(active)
    if not name:
        return active
    shipped = load(DEFAULT)
    if name == shipped.version:
        return learn.checked(shipped)
    try:
        return learn.checked(load(versions.find(state, name)))
    except StateError as error:
        raise StateError(f"{error}; or name another base: hamgate model refit --base shipped") from None


def _refitted_from(model: Model) -> str:
    """The version of its base, or nothing."""
    noted = model.metrics.get(versions.REFIT)
    return str(noted.get("base", "")) if isinstance(noted, dict) else ""


def _own_mail(state: State, base: Model, active: Model, seed: int) -> tuple[Own, Bools]:
    """Learned mail that `base` was not trained on, and which of it `active` was not trained on either."""
    fields = tuple(dict.fromkeys((*SITE.recipe.fields, *base.recipe.fields, *active.recipe.fields)))
    journal = Journal.for_reading(state.journal)
    if journal is None:
        return refit.read((), fields, seed), np.zeros(0, np.bool_)
    with journal:
        own = refit.read(journal.messages(mail_of(base)), fields, seed)
        unseen = {digest for digest, _ in journal.messages(mail_of(active))}
    return own, np.array([digest in unseen for digest in own.digests], np.bool_)


def _refuse_few(own: Own) -> None:
    missing = {label: learn.REFITTABLE - own.messages(label) for label in ("ham", "spam")}
    if lines := [f"{count} more {label}" for label, count in missing.items() if count > 0]:
        raise click.ClickException(
            f"too little own mail: learn {' and '.join(lines)}; {learn.REFITTABLE} of each class are needed that the "
            "base model was not trained on"
        )


def _fitted(base: Model, active: Model, own: Own, unseen: Bools, seed: int) -> Found:
    data = refit.on_top_of(base, own.data)
    points = fit.held_out(data, SITE, seed)
    quality, beside = intake.quality(points, data), in_use.compare(active, own.data, unseen, points, seed)
    model = replace(
        fit.fit(data, SITE, seed),
        about=f"Fitted to own mail of a site from what it had learned, on top of the model {base.version}.",
        corpora=(*base.corpora, *own.card_entries()),
        metrics={"held_out": quality.rounded(), versions.REFIT: _noted(base, beside)},
    )
    return Found(model, quality, beside)


def _noted(base: Model, beside: Comparison | None) -> dict[str, Any]:
    """What the card says of a refit, so that `hamgate model activate` can compare, and the next refit begins there."""
    if beside is None:
        return {"base": base.version}
    both = {"before": beside.before.rounded(), "after": beside.after.rounded()}
    return {"base": base.version, "version": beside.version, **both}


def _summarise(found: Found, base: Model, own: Own) -> None:
    click.echo(
        f"Model {found.model.version} from {own.messages('ham')} ham and {own.messages('spam')} spam of your own, "
        f"on top of model {base.version}"
    )
    if found.beside is None or found.beside.after.ham + found.beside.after.spam < len(own.digests):
        click.echo("On own mail that it had not learned (5 folds):")
        _show(found.quality, None)
    if found.beside is not None:
        after = found.beside.after
        click.echo(f"On {after.ham} ham and {after.spam} spam that neither had learned; in brackets the model in use:")
        _show(after, found.beside.before)
    if base.rules:
        click.echo(f"note: rules count as they ship, not as weighed for {base.version}: hamgate rules fit needs mail")
    click.echo(f"Use it:  hamgate model activate {found.model.version}")


def _show(quality: Quality, before: Quality | None) -> None:
    for name, key in _FIGURES.items():
        other = f"   ({getattr(before, key):.3f} %)" if before else ""
        click.echo(f"  {name:<46} {getattr(quality, key):7.3f} %{other}")


_FIGURES = {
    "ham called spam at 5 points": "fp_tag",
    "ham called spam at 15 points": "fp_reject",
    "spam missed at 5 points": "missed_tag",
    "spam missed at 15 points": "missed_reject",
    "spam missed where 0.5 % of ham is called spam": "missed_at_fp",
    "1 - area under the ROC curve": "roca",
}
