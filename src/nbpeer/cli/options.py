"""Options and outputs that several verbs share."""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.flags import split_at_dashes
from nbpeer.cli.suggest import revisions
from nbpeer.errors import NbpeerError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

_NAMED = "nbpeer.named"
_MANY = 200  # analyses; reading fewer takes no time to speak of
_LABELS = 12  # columns of indent and label
format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text for people, json for programs.",
)
paths_argument = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))


def base_option(
    what: str = "What to compare with; without it the branch this one will go into.",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """--base: the revision that `what` says it is for."""
    return click.option("--base", metavar="REF", shell_complete=revisions, help=what)


def day(text: str) -> datetime.date:
    """A day as YYYY-MM-DD, as the type of an option. Raises NbpeerError for what is none."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return datetime.date.fromisoformat(text)
    except ValueError:
        pass
    raise NbpeerError(f"{text!r} is no date", "write it as YYYY-MM-DD")


def key_options(function: Any) -> Any:
    """--ssh-key and --unsigned: what a sign-off is signed with."""
    for option in (
        click.option("--unsigned", is_flag=True, help="Sign off without a key, even where git signs with one."),
        click.option("--ssh-key", metavar="KEY", default="", help="Sign with this SSH key: a key file."),
    ):
        function = option(function)
    return function


def console(*, stderr: bool = False) -> Console:
    """A rich console on standard output (or error): colours only on a terminal, none with NO_COLOR."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=not (stderr or _is_terminal()), emoji=False)


def show(renderable: RenderableType) -> None:
    """Print a rich renderable to standard output."""
    console().print(renderable)


def show_hanging(text: Text) -> None:
    """Print lines of text; on a terminal what is too long for one goes on below where its words began."""
    from rich.text import Text

    screen = console()
    for line in text.split("\n", allow_blank=True):
        begin = _beginning(line.plain)
        if screen.soft_wrap or line.cell_len <= screen.width or begin > screen.width // 2:
            screen.print(line)
            continue
        for number, part in enumerate(line[begin:].wrap(screen, screen.width - begin)):
            part.rstrip()
            screen.print(Text.assemble(" " * begin if number else line[:begin], part))


def _beginning(line: str) -> int:
    """The column of a line's words: after the indent and the label, which two spaces end."""
    found = re.match(r" +(?:[^ ].{0,9}? {2,}){0,2}", line[:_LABELS])
    return found.end() if found else 0


def show_json(value: Any) -> None:
    """Print a typed value as indented JSON."""
    from nbpeer.render.json import to_json

    click.echo(to_json(value), nl=False)


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """What shows how many of how many analyses are read: a bar on a terminal, one line elsewhere, nothing for a few."""
    if not sys.stderr.isatty():
        said: list[int] = []

        def progress(done: int, total: int) -> None:
            if not said and total >= _MANY:
                said.append(total)
                click.echo(f"nbpeer: {what[:1].lower()}{what[1:]} of {total} analyses", err=True)

        yield progress
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=None, visible=False)
        yield lambda done, total: shown.update(task, completed=done, total=total, visible=total >= _MANY)


def _is_terminal() -> bool:
    return sys.stdout.isatty()


class WithPaths(click.Command):
    """A command that keeps what stands after `--` apart, as git does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the paths after `--` away before click forgets where it stood."""
        args, ctx.meta[_NAMED] = split_at_dashes(args)
        return super().parse_args(ctx, args)


def named_paths() -> tuple[str, ...] | None:
    """What stood after `--` on the command line of a `WithPaths`; None without it."""
    found: tuple[str, ...] | None = click.get_current_context().meta[_NAMED]
    return found
