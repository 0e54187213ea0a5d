"""`nbpeer pr`: its commands, each imported only when it is used."""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "post": "post or update the review of this pull request",
    "sync": "read ticks and approvals, and set the status",
    "review": "review a pull request at the terminal",
}


class PullRequestCommands(click.Group):
    """A group that imports a command only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a review."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, from the module of its name."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"nbpeer.cli.pr_{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - the modules are ours
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in --help, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(name="pr", cls=PullRequestCommands)
def command() -> None:
    """Review in a pull request: post what changed and the checklist there, read ticks and approvals back.

    \b
    Examples:
      nbpeer pr post --event "$GITHUB_EVENT_PATH"
      nbpeer pr sync 17
      nbpeer pr review 17
    """
