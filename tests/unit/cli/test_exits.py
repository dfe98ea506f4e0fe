"""What a mail server hears of a command that has no answer."""

import os

import click
from click.testing import CliRunner

from filter.cli.exits import EXIT_TEMPORARY, TemporaryError


@click.command()
def broken() -> None:
    raise TemporaryError("the disk is full")


def test_it_is_to_try_again() -> None:
    result = CliRunner().invoke(broken)
    assert result.exit_code == EXIT_TEMPORARY == os.EX_TEMPFAIL
    assert result.output == "Error: the disk is full\n"
