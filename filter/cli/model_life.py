"""`hamgate model list`, `activate`, `rollback`, `diff`, `export` and `import`: which model a site uses, and why."""

import math
from pathlib import Path

import click

from filter.cli.options import STATE, WHO, name_of, state_of
from filter.cli.report import one_line
from filter.learn import checked
from filter.store import bundle, versions
from filter.store.errors import StateError
from filter.store.folder import State
from filter.store.versions import SHIPPED
from models.model import KINDS, Model, ModelError, load

_NAME = "VERSION|DIR"


class _Failing(click.Command):
    """A command whose errors with models and state are one line for the user."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (ModelError, StateError) as error:
            raise click.ClickException(one_line(str(error))) from None


@click.command("list", cls=_Failing)
@STATE
def list_models(folder: Path | None) -> None:
    """List the models of the state folder: version, parent, held-out figures, and when it was activated.

    The active one is marked with *. The parent is the model that was active when a version came. Held-out figures, in
    percent: 1 - area under the ROC curve / spam missed where 0.5 % of ham is called spam / ham called spam at 5 points.
    """
    state = state_of(folder)
    activations = state.activations()
    active = activations[-1].version if activations else SHIPPED
    since = {entry.version: f"activated {entry.at} by {entry.who}" for entry in activations}
    for name in (SHIPPED, *versions.stored(state)):
        mark = "*" if name == active else " "
        click.echo(one_line(f"{mark} {name:<12}  {_summary(state, name)}  {since.get(name, '')}".rstrip()))


def _summary(state: State, name: str) -> str:
    try:
        model = load(versions.find(state, name))
    except ModelError as error:
        return f"damaged: {error}"
    origin = versions.origin(state, name) if name != SHIPPED else None
    parent = f"parent {origin.parent or 'unknown'}" if origin else f"is {model.version}"
    found = model.metrics.get("held_out") or {}
    figures = "/".join(_number(found.get(key)) for key in versions.FIGURES)
    return f"{parent:<20}  {model.recipe.name:<8} {sum(model.messages):>8} messages  held out {figures} %"


def _number(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, int | float) and math.isfinite(value) else "?"


@click.command(cls=_Failing)
@click.argument("name", metavar=_NAME)
@click.option("--even-if-worse", is_flag=True, help="Also if its card does not show that it is as good.")
@WHO
@STATE
def activate(name: str, even_if_worse: bool, who: str | None, folder: Path | None) -> None:
    """Use the model VERSION of the state folder, or the one in DIR, from now on.

    It is refused if it is worse than the active one on held-out mail by their cards: more spam missed, more ham called
    spam or less area under the ROC curve; also if they were not measured on the same mail, because then nobody knows.
    What was learned stays on top. A running server changes over within five seconds.

    \b
    Examples:
      hamgate model activate my-model
      hamgate model activate 64795f868d9d --even-if-worse
    """
    state = state_of(folder)
    new, old = checked(load(versions.find(state, name))), load(state.active())
    if new.version == old.version:
        click.echo(f"model {new.version} is active already")
        return
    against = versions.reasons_against(old, new)
    if against and not even_if_worse:
        raise click.ClickException(
            f"model {new.version} is not activated in the place of {old.version}: {'; '.join(against)}. "
            "To do it all the same: --even-if-worse"
        )
    versions.install(state, new, name_of(who))
    state.activate(new.version, name_of(who))
    for reason in against:
        click.echo(f"note: {reason}")
    click.echo(f"model {new.version} is active; back to {old.version}: hamgate model rollback")


@click.command(cls=_Failing)
@STATE
def rollback(folder: Path | None) -> None:
    """Use the model again that was active before."""
    state = state_of(folder)
    found = state.activations()
    name = found[-2].version if len(found) > 1 else SHIPPED
    before = checked(load(versions.find(state, name)))
    state.roll_back()
    click.echo(f"model {before.version} is active again")


@click.command(cls=_Failing)
@click.argument("first", metavar=_NAME)
@click.argument("second", metavar=f"[{_NAME}]", required=False)
@STATE
def diff(first: str, second: str | None, folder: Path | None) -> None:
    """Show in what two models differ: recipe, mail, figures and weights; the second is the active one if not
    named."""
    state = state_of(folder)
    one = load(versions.find(state, first))
    other = load(versions.find(state, second) if second else state.active())
    click.echo(f"{'':<24} {one.version:>14} {other.version:>14}")
    left, right = _facts(one), _facts(other)
    for name in dict.fromkeys([*left, *right]):
        if left.get(name) != right.get(name):
            click.echo(one_line(f"{name:<24} {left.get(name, '-'):>14} {right.get(name, '-'):>14}"))


def _facts(model: Model) -> dict[str, str]:
    recipe = model.recipe
    found: dict[str, object] = {
        "recipe": recipe.name, "smoothing": recipe.smoothing, "balanced": recipe.balanced, "ham cap": recipe.ham_cap,
        "spam cap": recipe.spam_cap, "language guard": recipe.language_guard, "slope": recipe.spam_slope,
        "features version": model.features_version, "bias": model.bias,
    }  # fmt: skip
    found |= {f"messages {kind}": count for kind, count in zip(KINDS, model.messages, strict=True)}
    found |= {f"held out {key}": value for key, value in (model.metrics.get("held_out") or {}).items()}
    for name, field in model.fields.items():
        found |= {f"slots of {name}": len(field.slots), f"points of {name}": field.points}
        if field.linear is not None:
            found[f"own points in {name}"] = int((field.linear != 0.0).sum())
    found |= {f"rule {symbol}": points for symbol, points in model.rules.items()}
    return {name: str(value) for name, value in found.items()}


@click.command("export", cls=_Failing)
@click.argument("name", metavar=_NAME)
@click.argument("file", type=click.Path(path_type=Path))
@STATE
def export_model(name: str, file: Path, folder: Path | None) -> None:
    """Write a model into one FILE, a plain .tar archive; without what was learned on top of it.

    \b
    Example:
      hamgate model export 64795f868d9d model.tar
    """
    source = versions.find(state_of(folder), name)
    model = load(source)
    bundle.write(source, file)
    click.echo(f"model {model.version} is in {one_line(str(file))}")


@click.command("import", cls=_Failing)
@click.argument("file", type=click.Path(path_type=Path))
@WHO
@STATE
def import_model(file: Path, who: str | None, folder: Path | None) -> None:
    """Put the model in FILE, made by `hamgate model export`, into the state folder. It is not activated."""
    model = checked(bundle.read(file))
    new = versions.install(state_of(folder), model, name_of(who))
    click.echo(f"model {model.version} {'is there now' if new else 'was there already'}; to use it: ", nl=False)
    click.echo(f"hamgate model activate {model.version}")
