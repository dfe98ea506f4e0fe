"""The option `--report FILE` of several commands. What draws is loaded only for who asks for it: it is large."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click

REPORT = click.option(
    "--report", "page", type=click.Path(path_type=Path), metavar="FILE", help="Write an HTML report."
)  # fmt: skip


def refuse(page: Path) -> None:
    """Raise ClickException, before hours of work, if a report cannot be drawn here or written to `page`."""
    try:
        for module in ("training.page", "training.plots"):
            import_module(module)
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"--report needs {error.name}. Install it with: pip install 'hamgate[train]'"
        ) from None
    if page.is_dir() or not page.absolute().parent.is_dir():
        raise click.ClickException(f"{page}: the report cannot be written there: no such folder, or a folder itself")


def write(page: Path, render: Callable[[], str]) -> None:
    """Write what `render` gives to `page`, and say so. Raises ClickException."""
    from training import page as pages  # noqa: PLC0415 - see above

    try:
        pages.write(render(), page)
    except OSError as error:
        raise click.ClickException(f"{page}: the report could not be written: {error.strerror or error}") from None
    click.echo(f"The report is in {page}", err=True)
