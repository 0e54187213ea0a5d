"""`nbpeer log`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from nbpeer.cli.options import format_option, show_json


@click.command(name="log", options_metavar="[OPTIONS]")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("-n", "--max-count", "most", type=click.IntRange(min=1), help="At most so many commits.")
@click.option("--result", default="", metavar="NAME", help="Only commits that moved this named result.")
@format_option
def command(path: Path, most: int | None, result: str, output_format: str) -> None:
    """Tell an analysis's history, newest first: which commit moved which result and changed which cells.

    Renames are followed. Commits in which only outputs, ids or formatting changed are left out, and so are merges.

    \b
    Example:
      nbpeer log analyses/pricing.ipynb --result conversion
    """
    from nbpeer.commands.log import log
    from nbpeer.render import history
    from nbpeer.repo.git import find_root, relative

    root = find_root(Path.cwd())
    name = relative(root, Path.cwd() / path)
    found = log(root, name, most=most or 0, result=result)
    if output_format == "json":
        from nbpeer.render.diff_values import changed_values

        show_json([{"commit": one.entry, "change": changed_values(one.change)} for one in found])
        return
    entries = [
        (history.Commit(one.entry.commit, one.entry.time, one.entry.author, one.entry.subject), one.change)
        for one in found
    ]
    if sys.stdout.isatty():
        from nbpeer.cli.paging import show_paged

        show_paged(lambda coloured: history.log_text(name, entries))
    else:
        click.echo(history.log_plain(name, entries))
