"""Command line options that take several values."""

import click


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
