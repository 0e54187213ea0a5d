"""`nbpeer patch`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.command(name="patch", options_metavar="[OPTIONS]")
@click.argument("old", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="OLD.ipynb")
@click.argument("comparison", type=_FILE, metavar="DIFF.json")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write there, not to the screen.")
@click.option("--analysis", default="", metavar="PATH", help="Which analysis, when the comparison has several.")
def command(old: Path, comparison: Path, output: Path | None, analysis: str) -> None:
    """Apply a comparison to the old notebook: what comes out is the new one.

    DIFF.json is what `nbpeer diff --format json` printed (- reads it from standard input). Sources, cell types, tags,
    attachments and the order of cells become the new notebook's. A comparison that was made of another notebook is
    refused, and nothing is written.

    \b
    Example:
      nbpeer patch pricing.ipynb diff.json -o new.ipynb
    """
    from nbpeer.commands.patch import patch
    from nbpeer.files import write_atomic

    document = sys.stdin.buffer.read() if str(comparison) == "-" else comparison.read_bytes()
    content = patch(old.read_bytes(), document, old.as_posix(), analysis)
    if output:
        write_atomic(output, content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
