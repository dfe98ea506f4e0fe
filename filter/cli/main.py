"""The `hamgate` command. Subcommands are loaded by name from a table, so that starting stays fast."""

import os
import sys
from typing import NoReturn

import click

from filter.cli import streams
from filter.cli.exits import EXIT_TEMPORARY
from filter.cli.lazy import LazyGroup

_COMMANDS = {
    "score": ("filter.cli.score:score", "Judge messages and say why."),
    "serve": ("filter.cli.serve:serve", "Filter mail: as an SMTP proxy, milter, spamd and by HTTP."),
    "status": ("filter.cli.status:status", "Show how a running server is."),
    "explain": ("filter.cli.explain:explain", "Say what became of a message, by its reference."),
    "config": ("filter.cli.config:config", "Begin, check, describe and show the settings file."),
    "doctor": ("filter.cli.doctor:doctor", "Look at the whole set-up and say what is wrong with it."),
    "send": ("filter.cli.send:send", "Send one message file to an SMTP server and show its answer."),
    "scan": ("filter.cli.scan:scan", "Ask a server about messages, by milter, spamd, HTTP or SMTP."),
    "train": ("training.cli:train", "Train a model on your own mail."),
    "corpus": ("filter.cli.corpus:corpus", "Check labelled mail before training on it."),
    "evaluate": ("training.cli_evaluate:evaluate", "Measure how well labelled mail is judged."),
    "compare": ("training.cli_compare:compare", "Compare two models on the same labelled mail."),
    "learn": ("filter.cli.learn:learn", "Learn messages as ham or as spam."),
    "forget": ("filter.cli.learn:forget", "Take learned messages out again."),
    "relabel": ("filter.cli.learn:relabel", "Change the label of learned messages."),
    "model": ("filter.cli.model:model", "Show, verify, activate and exchange models."),
    "rules": ("filter.cli.rules:rules", "List, explain, check and weigh rules."),
    "completion": ("filter.cli.completion:completion", "Print the completion script for your shell."),
}

EXIT_USAGE = 64
"""EX_USAGE of sysexits.h: 2 would be mistaken for "unsure" by callers of `score --exit-code`."""


def _say_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    """Say it for --version."""
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - no other command needs it

        from filter import kernel  # noqa: PLC0415 - nor does the help need this

        click.echo(f"hamgate, version {version('hamgate')} ({kernel.IN_USE} kernel)")
        context.exit()


@click.group(cls=LazyGroup, table=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_say_version,
              help="Show the version and which kernel is in use, native or plain, and exit.")  # fmt: skip
def cli() -> None:
    """A spam filter that says exactly why.

    \b
    Score a message:      hamgate score mail.eml
    Run it as a proxy:    hamgate serve --relay 127.0.0.1:10026
    Train on your mail:   hamgate train --ham ~/Maildir --spam ~/Maildir/.Junk --out my-model
    """


def main() -> NoReturn:
    """Run the command and exit: 0 done, 1 failed, 64 called wrongly, 75 the output could not be written.

    `score --exit-code` has codes of its own.
    """
    streams.open_closed()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # our arrays are small: threads only cost start-up time
    try:
        color = False if os.environ.get("NO_COLOR") else None  # https://no-color.org; None: if it is a terminal
        code = cli.main(prog_name="hamgate", standalone_mode=False, color=color) or 0
        sys.stdout.flush()
        sys.exit(code)
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
        streams.discard()  # nobody is left to be told
        sys.exit(0)
    except OSError as error:
        if not streams.is_unwritten(error):
            raise
        streams.discard()
        click.echo(f"Error: the output cannot be written: {error.strerror}", err=True)
        sys.exit(EXIT_TEMPORARY)
