"""Groups of commands that are loaded by name from a table, so that starting stays fast."""

import importlib
from collections.abc import Mapping
from typing import Any

import click

_TRAINING_PACKAGES = ("sklearn", "scipy", "joblib")


class LazyGroup(click.Group):
    """A group that imports a subcommand only when it is called or its own help is asked for.

    `table` gives for each name "module:attribute" and one line of help.
    """

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the order of the table."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the subcommand. A missing optional package becomes a message that says what to install."""
        if cmd_name not in self._table:
            return None
        module, _, attribute = self._table[cmd_name][0].partition(":")
        try:
            command = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in _TRAINING_PACKAGES:
                raise
            raise click.ClickException(
                f"`{ctx.command_path} {cmd_name}` needs {error.name}. Install it with: pip install 'hamgate[train]'"
            ) from None
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{attribute} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of subcommands, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._table.items()])
