"""`hamgate config`: the settings file, checked, described and shown."""

from pathlib import Path

import click

from filter.cli.options import CONFIG, parsed, read_rules, read_settings
from filter.cli.serve import parse_listen
from filter.config import describe as manual
from filter.config.draft import draft
from filter.config.settings import Settings
from filter.tomlfile.lines import lines


@click.group()
def config() -> None:
    """Begin, check, describe and show the settings file.

    \b
    Examples:
      hamgate config init > /etc/hamgate/hamgate.toml
          a small settings file to begin with
      hamgate config check
          all errors at once, each with its line and what to write instead
      hamgate config describe | less
          every setting with what it means and its default
      hamgate config show --origin
          what is in force, and which line says so
    """


@config.command()
@CONFIG
def check(file: Path) -> None:
    """Say all that is wrong with the settings file.

    The file of your own rules that it names is checked, too.
    Exits 0 if there is nothing, 1 with a line for each error. `hamgate doctor` looks at the world around it, too.
    """
    settings = read_settings(file)
    if settings.model.rules:
        read_rules(settings.model.rules)
    names = ", ".join(f"{name} on {address}" for name, address in settings.addresses().items())
    relays = f"; relays: {', '.join(settings.relays)}" if settings.relays else ""
    click.echo(f"{file}: no errors; listeners: {names}{relays}")


@config.command()
@click.option("--listen", metavar="HOST:PORT", callback=parsed(parse_listen), default="127.0.0.1:10025",
              show_default=True, help="Where Postfix brings mail.")  # fmt: skip
@click.option("--relay", metavar="HOST:PORT", callback=parsed(parse_listen), default="127.0.0.1:10026",
              show_default=True, help="Where mail goes that is not refused.")  # fmt: skip
@click.option("--submission", is_flag=True, help="Also port 587 for your users, with TLS and passwords.")
def init(listen: str, relay: str, submission: bool) -> None:
    """Print a small settings file to begin with.

    It is a filter for Postfix, as the README describes it.

    \b
    Examples:
      hamgate config init > /etc/hamgate/hamgate.toml
      hamgate config init --relay 192.0.2.25:25 --submission > hamgate.toml
    """
    click.echo(draft(listen, relay, submission=submission), nl=False)


@config.command()
def describe() -> None:
    """Print every setting with its meaning.

    It says what may be written and what the default is, in the form of a settings file.
    """
    click.echo("\n".join(manual.manual()))


@config.command()
@CONFIG
@click.option(
    "--origin", is_flag=True, help="Say for each value which line of the file says so, or that it is the default."
)
def show(file: Path, origin: bool) -> None:
    """Print the settings in force, one on a line."""
    settings = read_settings(file)
    for line in shown(settings, file):
        click.echo(line if origin else line.rpartition("  # ")[0])


def shown(settings: Settings, file: Path) -> list[str]:
    """A line for each setting, with its origin."""
    return list(manual.shown(settings, lines(file.read_text("utf-8")), file))
