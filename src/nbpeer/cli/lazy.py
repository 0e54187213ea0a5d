"""A group of commands, each imported only when it is used, so that starting up stays cheap."""

from __future__ import annotations

import importlib
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose commands are the `command` of modules named `module` and the command's name.

    `table` has each name with a line about it, in the order in which --help lists them under `heading`.
    """

    def __init__(self, *arguments: Any, table: dict[str, str], module: str, heading: str, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._table, self._module, self._heading = table, module, heading

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the table's order."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, from the module of its name."""
        if cmd_name not in self._table:
            return None
        command = importlib.import_module(f"{self._module}{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - the modules are ours
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in --help, without importing them."""
        with formatter.section(self._heading):
            formatter.write_dl(list(self._table.items()))
