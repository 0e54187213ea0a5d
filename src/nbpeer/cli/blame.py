"""`nbpeer blame`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from nbpeer.cli.options import format_option, show_json


@click.command(name="blame", options_metavar="[OPTIONS]")
@click.argument("path", type=click.Path(path_type=Path))
@format_option
def command(path: Path, output_format: str) -> None:
    """Say which commit last changed each line of a notebook, cell by cell, as it is in the working tree.

    Lines are followed through cells that moved, were split, joined or retyped, and through renames of the file.

    \b
    Example:
      nbpeer blame analyses/pricing.ipynb
    """
    from nbpeer.commands.blame import blame
    from nbpeer.render import history
    from nbpeer.repo.git import find_root, relative

    root = find_root(Path.cwd())
    found = blame(root, relative(root, Path.cwd() / path))
    if output_format == "json":
        show_json(found)
        return
    cells = [
        history.BlameCell(f"cell {cell.number}, {cell.cell_type}", tuple((one.text, one.commit) for one in cell.lines))
        for cell in found.cells
    ]
    commits = {one.commit: history.Commit(one.commit, one.time, one.author, one.subject) for one in found.commits}
    if sys.stdout.isatty():
        from nbpeer.cli.paging import show_paged

        show_paged(lambda coloured: history.blame_text(found.path, cells, commits))
    else:
        click.echo(history.blame_plain(found.path, cells, commits))
