"""`hamgate corpus`: looking at labelled mail before a model is trained on it."""

import click

from filter.cli.lazy import LazyGroup

_COMMANDS = {
    "check": ("training.corpus_cli:check_corpus", "Say what labelled mail is like and what is wrong with it."),
}


@click.group(cls=LazyGroup, table=_COMMANDS)
def corpus() -> None:
    """Look at labelled mail before a model is trained on it.

    \b
    Example:
      hamgate corpus check --ham ~/Maildir --spam ~/Maildir/.Junk
    """
