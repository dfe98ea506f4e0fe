"""The `hamgate` command. Subcommands are loaded by name from a table, so that starting stays fast."""

import importlib
import os
import sys
from importlib.metadata import version
from typing import NoReturn

import click

_TRAINING_PACKAGES = ("sklearn", "scipy", "joblib")

_COMMANDS = {
    "score": ("filter.cli.score:score", "Judge messages and say why."),
    "serve": ("filter.cli.serve:serve", "Stand in front of a mail relay as an SMTP proxy."),
    "send": ("filter.cli.send:send", "Send one message file to an SMTP server and show its answer."),
    "train": ("training.cli:train", "Train a model on your own mail."),
    "model": ("filter.cli.model:model", "Show or verify a model."),
    "completion": ("filter.cli.completion:completion", "Print the completion script for your shell."),
}

EXIT_USAGE = 64
"""EX_USAGE of sysexits.h: 2 would be mistaken for "unsure" by callers of `score --exit-code`."""


class LazyGroup(click.Group):
    """A group that imports a subcommand only when it is called or its own help is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the order of the table."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the subcommand. A missing optional package becomes a message that says what to install."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name][0].partition(":")
        try:
            command = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in _TRAINING_PACKAGES:
                raise
            raise click.ClickException(
                f"`hamgate {cmd_name}` needs {error.name}. Install it with: pip install 'hamgate[train]'"
            ) from None
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{attribute} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of subcommands, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("hamgate"), prog_name="hamgate")
def cli() -> None:
    """A spam filter that says exactly why.

    \b
    Score a message:      hamgate score mail.eml
    Run it as a proxy:    hamgate serve --relay 127.0.0.1:10026
    Train on your mail:   hamgate train --ham ~/Maildir --spam ~/Maildir/.Junk --out my-model
    """


def main() -> NoReturn:
    """Run the command and exit: 0 done, 1 failed, 64 called wrongly; `score --exit-code` has codes of its own."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # our arrays are small: threads only cost start-up time
    try:
        sys.exit(cli.main(prog_name="hamgate", standalone_mode=False) or 0)
    except click.UsageError as error:
        error.show()
        sys.exit(EXIT_USAGE)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing left to tell, also not at exit
        sys.exit(0)
