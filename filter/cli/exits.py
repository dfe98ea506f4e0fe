"""How commands end that a mail server calls: it tries again later where we have no answer."""

import click

EXIT_TEMPORARY = 75
"""EX_TEMPFAIL of sysexits.h."""


class TemporaryError(click.ClickException):
    """There is no answer now, for a fault of ours."""

    exit_code = EXIT_TEMPORARY
