"""`hamgate model`: look at a model and check it."""

import json
from pathlib import Path

import click

from filter.scan import Scanner
from models import card
from models.model import CARD, DEFAULT, ModelError, load

_FOLDER = click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=DEFAULT)


@click.group()
def model() -> None:
    """Show or verify a model; DIR defaults to the model that ships with hamgate.

    \b
    Examples:
      hamgate model show
      hamgate model verify my-model
    """


@model.command()
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


@model.command()
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
