"""Options that several commands have."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from filter.tomlfile.errors import TomlFileError

if TYPE_CHECKING:
    from filter.config.settings import Settings
    from filter.rules.own.reader import OwnRules
    from filter.store.folder import State

T = TypeVar("T")


def parsed(parse: Callable[[str], T]) -> Callable[[click.Context, click.Parameter, str], T]:
    """Make an option's callback of a function whose ValueError the user is to read."""

    def callback(_: click.Context, __: click.Parameter, text: str) -> T:
        try:
            return parse(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    return callback


EXIT_TEMPORARY = 75
"""EX_TEMPFAIL of sysexits.h."""


class Judging(click.Command):
    """A command whose exit code is a verdict with --exit-code. Python's own code for a fault would say "spam"."""

    def invoke(self, ctx: click.Context) -> Any:
        """See `click.Command`. With --exit-code, what nobody foresaw is told and exits 75."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if not ctx.params["exit_code"]:
                raise
            _explain(error)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else it fails at the end once more
            ctx.exit(EXIT_TEMPORARY)


def _explain(error: Exception) -> None:
    """What the system says is a line; of anything else we have to see where it was."""
    if isinstance(error, OSError):
        click.echo(f"hamgate: {error.strerror or type(error).__name__}", err=True)
    else:
        sys.excepthook(type(error), error, error.__traceback__)


RULES = click.option(
    "--rules", "rules_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Rules and lists of your own (TOML), beside the shipped ones.",
)  # fmt: skip

STATE = click.option(
    "--state", "folder", type=click.Path(path_type=Path), metavar="DIR",
    help="Folder of what was learned and of own models.  "
    "[default: /var/lib/hamgate for root, else $XDG_STATE_HOME/hamgate]",
)  # fmt: skip
SCORED_STATE = click.option(
    "--state", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
    help="Use the active model of this folder and what `hamgate learn` put there.",
)  # fmt: skip
WHO = click.option("--who", metavar="NAME", help="Who says so, for the journal.  [default: your user name]")


def state_of(folder: Path | None) -> "State":
    """The state folder that was named, or the default one."""
    from filter.store import folder as folders  # noqa: PLC0415 - most commands run without

    return folders.State(folder or folders.default())


def refuse_both(model: Path | None, state: Path | None) -> None:
    """Raise UsageError if two models are named."""
    if model is not None and state is not None:
        raise click.UsageError(
            "--model and --state name two models; to use your own on top: hamgate model activate --state"
        )


def name_of(who: str | None) -> str:
    """Who is named in the journal: one line of at most 100 characters."""
    if who is None:
        import getpass  # noqa: PLC0415 - 12 ms

        try:
            who = getpass.getuser()
        except (KeyError, OSError):  # a user without a name
            who = f"uid {os.getuid()}"
    return "".join(c if c.isprintable() else "?" for c in who)[:100]


CONFIG_FILE = Path("/etc/hamgate/hamgate.toml")
CONFIG = click.option(
    "--config", "file", type=click.Path(path_type=Path), metavar="FILE", default=CONFIG_FILE, show_default=True,
    help="The settings file.",
)  # fmt: skip


def read_settings(path: Path) -> "Settings":
    """The settings in the file at `path`. Raises ClickException with a line for each error."""
    from filter.config.reader import read  # noqa: PLC0415 - most commands run without

    try:
        return read(path)
    except TomlFileError as error:
        raise click.ClickException(str(error)) from None


def read_rules(path: Path) -> "OwnRules":
    """The operator's rules. Raises ClickException with a line for each error."""
    from filter.rules.own.reader import read  # noqa: PLC0415 - most commands run without

    try:
        return read(path)
    except TomlFileError as error:
        raise click.ClickException(str(error)) from None


def read_settings_or(file: Path, instead: str) -> "Settings":
    """What the settings file says. Raises ClickException: its errors, or, if there is none, what to do `instead`."""
    if not file.exists():
        raise click.ClickException(f"there is no {file}: name the settings with --config, {instead}")
    return read_settings(file)
