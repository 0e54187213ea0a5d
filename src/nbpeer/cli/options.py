"""Options and outputs that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.flags import split_at_dashes

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_NAMED = "nbpeer.paths"

format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text for people, json for programs.",
)
paths_argument = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))


class WithPaths(click.Command):
    """A command that keeps what stands after `--` apart, as git does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the paths after `--` away before click forgets where it stood."""
        args, ctx.meta[_NAMED] = split_at_dashes(args)
        return super().parse_args(ctx, args)


def named_paths() -> tuple[str, ...] | None:
    """What stood after `--` on this command line; None without it."""
    found: tuple[str, ...] | None = click.get_current_context().meta.get(_NAMED)
    return found


def console(*, stderr: bool = False) -> Console:
    """A rich console on standard output (or error): colours only on a terminal, none with NO_COLOR."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=not (stderr or _is_terminal()), emoji=False)


def show(renderable: RenderableType) -> None:
    """Print a rich renderable to standard output."""
    console().print(renderable)


def show_json(value: Any) -> None:
    """Print a typed value as indented JSON."""
    from nbpeer.render.json import to_json

    click.echo(to_json(value), nl=False)


def _is_terminal() -> bool:
    import sys

    return sys.stdout.isatty()
