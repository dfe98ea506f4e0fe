"""`hamgate model`: look at a model and check it; choosing one is in `model_life`."""

import json
from pathlib import Path

import click

from filter.cli.lazy import LazyGroup
from filter.scan import Scanner
from models import card
from models.model import CARD, DEFAULT, ModelError, load

_FOLDER = click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=DEFAULT)

_COMMANDS = {
    "show": ("filter.cli.model:show", "Print the card of a model."),
    "verify": ("filter.cli.model:verify", "Check every file and number of a model."),
    "list": ("filter.cli.model_life:list_models", "List the models of the state folder."),
    "activate": ("filter.cli.model_life:activate", "Use a model from now on."),
    "rollback": ("filter.cli.model_life:rollback", "Use the model again that was active before."),
    "refit": ("training.cli_refit:refit_model", "Fit the model in use to the mail that was learned."),
    "diff": ("filter.cli.model_life:diff", "Show in what two models differ."),
    "export": ("filter.cli.model_life:export_model", "Write a model into one file."),
    "import": ("filter.cli.model_life:import_model", "Take a model out of such a file."),
}


@click.group(cls=LazyGroup, table=_COMMANDS)
def model() -> None:
    """Show and verify models, and choose the one that is used.

    DIR defaults to the model that ships with hamgate. The state folder holds versions of your own.

    \b
    Examples:
      hamgate model show
      hamgate model verify my-model
      hamgate model activate my-model
      hamgate model refit
      hamgate model list
    """


@click.command()
@_FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print the card for machines.")
def show(folder: Path, as_json: bool) -> None:
    """Print the model card: what it was trained on, what it reaches, what it is not good for."""
    try:
        loaded = load(folder)
    except ModelError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(json.loads((folder / CARD).read_bytes()), indent=1))
    else:
        click.echo(card.render(loaded), nl=False)


@click.command()
@_FOLDER
def verify(folder: Path) -> None:
    """Check every file, checksum and number of the model, and that it scores its self-test as when it was made.

    Exits 0 if the model is whole, 1 with one line that says what is wrong if it is not.
    """
    try:
        Scanner.load(folder)
        loaded = load(folder)
    except ModelError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{folder}: model {loaded.version} ({loaded.recipe.name}) is whole and passes its self-test")
