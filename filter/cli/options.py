"""Options that several commands have."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from filter.rules.own.errors import RulesError

if TYPE_CHECKING:
    from filter.rules.own.reader import OwnRules

RULES = click.option(
    "--rules", "rules_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Rules and lists of your own (TOML), beside the shipped ones.",
)  # fmt: skip


def read_rules(path: Path) -> "OwnRules":
    """The operator's rules. Raises ClickException with a line for each error."""
    from filter.rules.own.reader import read  # noqa: PLC0415 - most commands run without

    try:
        return read(path)
    except RulesError as error:
        raise click.ClickException(str(error)) from None
