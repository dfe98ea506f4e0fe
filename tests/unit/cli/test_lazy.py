"""Commands come from a table; `hamgate --help` loads none of them (tests/unit/cli/test_main.py)."""

import click
import pytest
from click.testing import CliRunner

from filter.cli.lazy import LazyGroup


def group(target: str) -> LazyGroup:
    return LazyGroup("tool", table={"work": (target, "Do the work.")})


def test_help_needs_no_import() -> None:
    printed = CliRunner().invoke(group("no.such.module:command"), ["--help"]).output
    assert "work  Do the work." in printed


def test_a_name_that_is_not_in_the_table_is_a_usage_error() -> None:
    assert "No such command" in CliRunner().invoke(group("x:y"), ["play"]).output


def test_a_missing_module_of_ours_is_a_bug_and_not_hidden() -> None:
    result = CliRunner().invoke(group("no.such.module:command"), ["work"])
    assert isinstance(result.exception, ModuleNotFoundError)


def test_the_attribute_must_be_a_command() -> None:
    with pytest.raises(TypeError, match="is no command"):
        group("json:dumps").get_command(click.Context(group("json:dumps")), "work")
