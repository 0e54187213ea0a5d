"""`nbpeer completion`."""

from __future__ import annotations

import click


@click.command(name="completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print the script that completes verbs, options and paths in a shell.

    \b
    Examples:
      nbpeer completion bash >> ~/.bashrc
      nbpeer completion zsh > "${fpath[1]}/_nbpeer"
      nbpeer completion fish > ~/.config/fish/completions/nbpeer.fish
    """
    from click.shell_completion import get_completion_class

    from nbpeer.cli.verbs import group

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"{shell} is not known here")
    click.echo(found(group, {}, "nbpeer", "_NBPEER_COMPLETE").source())
    return 0
