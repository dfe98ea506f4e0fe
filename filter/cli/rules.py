"""`hamgate rules`: what the rules are, what each means, how often each is right, and what each should count."""

from pathlib import Path

import click

from filter.cli.lazy import LazyGroup
from filter.cli.options import RULES as RULES_OPTION
from filter.cli.options import read_rules
from filter.cli.report import one_line
from filter.rules import manual
from filter.rules.catalogue import RULES
from filter.rules.composites import COMPOSITES

_COMMANDS = {
    "list": ("filter.cli.rules:list_rules", "Print every rule."),
    "show": ("filter.cli.rules:show", "Explain one rule."),
    "check": ("filter.cli.rules:check", "Check a file of your own rules."),
    "fit": ("training.rules_fit:fit_rules", "Weigh the rules on labelled mail."),
    "ablate": ("training.ablation:ablate", "Switch each group of rules off in turn and measure."),
    "stats": ("training.rules_stats:stats", "Count on labelled mail how often each rule is right."),
}


@click.group(cls=LazyGroup, table=_COMMANDS)
def rules() -> None:
    """List the rules, explain one, check a file of your own, or weigh them on labelled mail.

    \b
    Examples:
      hamgate rules list
      hamgate rules list --markdown
      hamgate rules show URL_TEXT_HOST_MISMATCH
      hamgate rules check rules.toml
      hamgate rules list --rules rules.toml
      hamgate rules stats --ham ~/Maildir --spam ~/Maildir/.Junk
      hamgate rules fit --model my-model --ham ~/Maildir --spam ~/Maildir/.Junk --out my-model
    """


@click.command("list")
@click.option("--markdown", is_flag=True, help="Print the manual page of the rules.")
@RULES_OPTION
def list_rules(markdown: bool, rules_file: Path | None) -> None:
    """Print every rule: symbol, points, group and meaning.

    Points are what the fact adds to the score by itself; 0 means that it only serves composites and reports. With
    --rules your own rules follow, and the points are those that you set.
    """
    own = read_rules(rules_file) if rules_file else manual.NONE
    if markdown:
        click.echo(manual.page(), nl=False)
        return
    for row in manual.rows(own):
        click.echo(f"{row.symbol:<32} {row.points:+8.2f}  {row.group:<12} {one_line(row.meaning)}")


@click.command()
@click.argument("symbol")
@RULES_OPTION
def show(symbol: str, rules_file: Path | None) -> None:
    """Explain the rule SYMBOL."""
    own = read_rules(rules_file) if rules_file else manual.NONE
    row = next((row for row in manual.rows(own) if row.symbol == symbol.upper()), None)
    if row is None:
        near = ", ".join(manual.nearest(symbol, own)) or "none"
        raise click.ClickException(f"no rule is called {one_line(symbol)}; nearest: {near}. See: hamgate rules list")
    click.echo(f"{row.symbol}: {one_line(row.meaning)}")
    click.echo(f"group: {row.group}; points: {row.points:+.2f}; speaks for: {row.speaks}")
    for composite in (*COMPOSITES, *own.composites):
        if row.symbol in composite.symbols:
            click.echo(f"part of {composite.symbol} ({composite.points:+.2f}): {composite.when}")
    if any(rule.symbol == row.symbol for rule in RULES):
        click.echo("try it: hamgate score --explain mail.eml")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check FILE, a TOML file of your own rules, and the lists that it names.

    Exits 0 if all is good, 1 with one line for each error, FILE:LINE: what is wrong: what to write instead.
    """
    own = read_rules(file)
    click.echo(f"{one_line(str(file))}: {_count(len(own.rules), 'rule')}, {_count(own.lists, 'list')}: good")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
