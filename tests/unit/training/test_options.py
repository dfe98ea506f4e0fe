import click
import pytest
from click.testing import CliRunner

from training.options import ManyValues


@click.command(cls=ManyValues)
@click.option("--ham", multiple=True)
@click.option("--spam", multiple=True)
@click.option("--out")
@click.option("--fast", is_flag=True)
def command(ham: tuple[str, ...], spam: tuple[str, ...], out: str | None, fast: bool) -> None:
    click.echo(f"{ham} {spam} {out} {fast}")


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        ("--ham a --spam b", "('a',) ('b',) None False"),
        ("--ham a b c --spam d", "('a', 'b', 'c') ('d',) None False"),
        ("--ham a --ham b --out x --fast --spam -", "('a', 'b') ('-',) x True"),
        ("--out x --ham a b", "('a', 'b') () x False"),
    ],
)
def test_values_up_to_the_next_option_belong_to_it(arguments: str, printed: str) -> None:
    assert CliRunner().invoke(command, arguments.split()).output == f"{printed}\n"


def test_values_that_belong_to_no_option_are_refused() -> None:
    assert "unexpected extra argument" in CliRunner().invoke(command, ["--out", "x", "y"]).output
