"""The option `--out DIR` of commands that write a model, looked at before hours of work."""

import os
from itertools import chain
from pathlib import Path

import click

from models.model import CARD, README


def refuse(out: Path) -> None:
    """Raise ClickException if a model cannot be written to `out`, or would replace what is no model there."""
    if (out / README).exists() and not (out / CARD).exists():
        raise click.ClickException(
            f"{out}: holds no model, but a {README} that a model would replace: name a new folder"
        )
    place = next((one for one in chain([out.absolute()], out.absolute().parents) if one.exists()), Path("/"))
    if not place.is_dir():
        raise click.ClickException(f"{out}: the model cannot be written there: {place} is no folder")
    if not os.access(place, os.W_OK | os.X_OK):
        raise click.ClickException(f"{out}: the model cannot be written there: {place} may not be written by this user")
