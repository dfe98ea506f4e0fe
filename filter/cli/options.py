"""Options that several commands have."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

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


PATH = click.Path(readable=False, path_type=Path)
"""A path that who opens it says all about: click would call one that may not be read a wrong call (64), where a mail
server must try again (75)."""

RULES = click.option(
    "--rules", "rules_file", type=PATH, metavar="FILE",
    help="Rules and lists of your own (TOML), beside the shipped ones.",
)  # fmt: skip

STATE = click.option(
    "--state", "folder", type=PATH, metavar="DIR",
    help="Folder of what was learned and of own models.  "
    "[default: /var/lib/hamgate for root, else $XDG_STATE_HOME/hamgate]",
)  # fmt: skip
SCORED_STATE = click.option(
    "--state", type=click.Path(exists=True, file_okay=False, readable=False, path_type=Path), metavar="DIR",
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
    "--config", "file", type=PATH, metavar="FILE", default=CONFIG_FILE, show_default=True,
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
    try:
        there = file.exists()
    except OSError:  # in a folder that we may not look into, which the reader says
        there = True
    if not there:
        raise click.ClickException(f"there is no {file}: name the settings with --config, {instead}")
    return read_settings(file)
