"""How commands end that a mail server calls: it tries again later where we have no answer."""

import sys
from typing import Any

import click

from filter.cli import streams

EXIT_TEMPORARY = 75
"""EX_TEMPFAIL of sysexits.h: 1 would be mistaken for "spam" by callers of `score` and `scan --exit-code`."""


class TemporaryError(click.ClickException):
    """There is no answer now, for a fault of ours."""

    exit_code = EXIT_TEMPORARY


class Judging(click.Command):
    """A command whose exit code is a verdict with --exit-code. Python's own code for a fault would say "spam"."""

    def invoke(self, ctx: click.Context) -> Any:
        """See `click.Command`. With --exit-code, what nobody foresaw is told and exits 75."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if not ctx.params["exit_code"] or streams.is_unwritten(error):
                raise
            _explain(error)
            streams.discard()
            ctx.exit(EXIT_TEMPORARY)


def _explain(error: Exception) -> None:
    """What the system says is a line; of anything else we have to see where it was."""
    if isinstance(error, OSError):
        click.echo(f"hamgate: {error.strerror or type(error).__name__}", err=True)
    else:
        sys.excepthook(type(error), error, error.__traceback__)
