"""`nbpeer packet`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from nbpeer.cli.options import base_option, console, format_option, paths_argument, show_json


@click.command(name="packet")
@paths_argument
@base_option()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file; .nbpeer/runs/packet.html otherwise.")
@click.option("--open", "open_it", is_flag=True, help="Open the packet in the browser.")
@format_option
def command(paths: tuple[Path, ...], base: str | None, output: Path | None, open_it: bool, output_format: str) -> None:
    """Build the reviewer's HTML file: what changed in results and code, what was found, what to answer.

    The packet holds every analysis that differs between the base and the working tree; PATH narrows it to folders, or
    names notebooks, changed or not. It is one file that opens from disk, loads nothing and runs no code of the
    notebook's. When no analysis changed, that is said and nothing is written.

    \b
    Example:
      nbpeer packet --base origin/main -o packet.html
    """
    from nbpeer.commands.packet import packets, write_packet
    from nbpeer.config import load_config
    from nbpeer.render.packet import packet_values
    from nbpeer.repo.git import find_root, relative

    root = find_root(Path.cwd())
    named = [relative(root, path) for path in paths]
    with analysis_progress() as on_analysis:
        found = packets(root, load_config(root), base, named, on_analysis)
        written = write_packet(root, found, output) if found else None
    if output_format == "json":
        show_json(packet_values(str(written) if written else None, found))
    elif written is None:
        click.echo("No analysis changed, so there is no packet to build; name a notebook to build its packet anyway.")
    else:
        click.echo(written)
    if written and open_it:
        click.launch(written.resolve().as_uri())


@contextmanager
def analysis_progress() -> Iterator[Callable[[str], None]]:
    """What to call with each analysis: a status on a terminal, else a line; on standard error."""
    if not sys.stderr.isatty():
        yield lambda path: click.echo(f"{path}: gathering", err=True)
        return
    with console(stderr=True).status("Looking for changed analyses") as status:
        yield lambda path: status.update(path)
