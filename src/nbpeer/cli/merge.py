"""`nbpeer merge`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

_FILE = click.Path(path_type=Path)


@click.command(name="merge")
@click.argument("base", type=_FILE)
@click.argument("ours", type=_FILE)
@click.argument("theirs", type=_FILE)
@click.option("-o", "--output", type=_FILE, help="Write the merged notebook here, not to standard output.")
@click.option("-p", "--path", "name", default="", help="What messages call the notebook; git's driver passes %P.")
def command(base: Path, ours: Path, theirs: Path, output: Path | None, name: str) -> int:
    """Merge the changes that OURS and THEIRS made to BASE.

    Cells are aligned, sources merge by line. Outputs, execution counts and other volatile parts never conflict. A
    conflict is marked inside its cell, the notebook stays valid, and `nbpeer conflicts` lists and resolves it. An empty
    BASE is a notebook that both sides added.

    Exit code 1 when conflicts remain, 2 when a version is not a notebook: nothing is written then. `nbpeer git install`
    makes this git's merge driver: `nbpeer merge %O %A %B -o %A -p %P`.

    \b
    Example:
      nbpeer merge base.ipynb ours.ipynb theirs.ipynb -o merged.ipynb
    """
    from nbpeer.commands.merge import merge_files

    merged = merge_files(base, ours, theirs, output, name)
    if output is None:
        sys.stdout.buffer.write(merged.content)
        sys.stdout.buffer.flush()
    if merged.clean:
        return 0
    where = name or (str(output) if output else "")
    cells = ", ".join("metadata" if number == 0 else f"cell {number}" for number in merged.conflicts)
    noun = "conflict" if len(merged.conflicts) == 1 else "conflicts"
    hint = f"; `nbpeer conflicts {shlex.quote(where)}`" if where else ""
    click.echo(f"nbpeer: {where or ours}: {len(merged.conflicts)} {noun} ({cells}){hint}", err=True)
    return 1
