"""`hamgate completion`: shell completion scripts."""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    Examples:
      hamgate completion bash > ~/.local/share/bash-completion/completions/hamgate
      hamgate completion fish > ~/.config/fish/completions/hamgate.fish
    """
    found = get_completion_class(shell)
    if found is None:  # the three shells of the argument are all known to click
        raise click.ClickException(f"no completion for {shell}")
    root = click.get_current_context().find_root().command
    click.echo(found(root, {}, "hamgate", "_HAMGATE_COMPLETE").source())
