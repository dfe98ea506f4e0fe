"""Options that several commands have, and how one takes several values."""

from os import cpu_count
from pathlib import Path

import click

HAM = click.option("--ham", multiple=True, required=True, metavar="PATH...", help="Good mail, as for `hamgate train`.")
SPAM = click.option("--spam", multiple=True, required=True, metavar="PATH...", help="Spam.")
MODEL = click.option(
    "--model", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Model to use instead of the shipped one."
)
JOBS = click.option(
    "--jobs", type=click.IntRange(min=1), default=cpu_count() or 1,
    help="Processes to read mail in.  [default: all cores]",
)  # fmt: skip
ONE_JOB = click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes to read mail in."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one object for machines.")
JSON_LINES = click.option("--json", "as_json", is_flag=True, help="One object a line.")
SEEDS = click.IntRange(min=0, max=2**32 - 2)
"""What numpy and scikit-learn take, also with one added."""
SEED = click.option("--seed", type=SEEDS, default=0, show_default=True, help="Of every random choice.")


class ManyValues(click.Command):
    """A command whose repeatable options take all values up to the next option: `--ham a b c --spam d`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat the option's name before each of its values, then let click parse."""
        many = {name for option in self.params if option.multiple for name in option.opts}
        spread: list[str] = []
        current = ""
        for argument in args:
            if argument.startswith("-") and argument != "-":
                current = argument if argument in many else ""
                spread.append(argument)
            elif current and spread[-1] != current:
                spread += [current, argument]
            else:
                spread.append(argument)
        return super().parse_args(ctx, spread)
