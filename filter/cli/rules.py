"""`hamgate rules`: what the rules are, what each means, how often each is right, and what each should count."""

import click

from filter.cli.lazy import LazyGroup
from filter.cli.report import one_line
from filter.rules import manual
from filter.rules.catalogue import RULES
from filter.rules.composites import COMPOSITES

_COMMANDS = {
    "list": ("filter.cli.rules:list_rules", "Print every rule."),
    "show": ("filter.cli.rules:show", "Explain one rule."),
    "fit": ("training.rules_fit:fit_rules", "Weigh the rules on labelled mail."),
    "ablate": ("training.ablation:ablate", "Switch each group of rules off in turn and measure."),
    "stats": ("training.rules_stats:stats", "Count on labelled mail how often each rule is right."),
}


@click.group(cls=LazyGroup, table=_COMMANDS)
def rules() -> None:
    """List the rules, explain one, or weigh them on labelled mail.

    \b
    Examples:
      hamgate rules list
      hamgate rules list --markdown
      hamgate rules show URL_TEXT_HOST_MISMATCH
      hamgate rules stats --ham ~/Maildir --spam ~/Maildir/.Junk
      hamgate rules fit --model my-model --ham ~/Maildir --spam ~/Maildir/.Junk --out my-model
    """


@click.command("list")
@click.option("--markdown", is_flag=True, help="Print the manual page of the rules.")
def list_rules(markdown: bool) -> None:
    """Print every rule: symbol, points, group and meaning.

    Points are what the fact adds to the score by itself; 0 means that it only serves composites and reports.
    """
    if markdown:
        click.echo(manual.page(), nl=False)
        return
    for row in manual.rows():
        click.echo(f"{row.symbol:<32} {row.points:+8.2f}  {row.group:<12} {row.meaning}")


@click.command()
@click.argument("symbol")
def show(symbol: str) -> None:
    """Explain the rule SYMBOL."""
    row = next((row for row in manual.rows() if row.symbol == symbol.upper()), None)
    if row is None:
        near = ", ".join(manual.nearest(symbol)) or "none"
        raise click.ClickException(f"no rule is called {one_line(symbol)}; nearest: {near}. See: hamgate rules list")
    click.echo(f"{row.symbol}: {row.meaning}")
    click.echo(f"group: {row.group}; points: {row.points:+.2f}; speaks for: {row.speaks}")
    for composite in COMPOSITES:
        if row.symbol in composite.symbols:
            click.echo(f"part of {composite.symbol} ({composite.points:+.2f}): {composite.when}")
    if any(rule.symbol == row.symbol for rule in RULES):
        click.echo("try it: hamgate score --explain mail.eml")
