"""`nbpeer catalogue`."""

from __future__ import annotations

from pathlib import Path

import click

from nbpeer.cli.counting import counting
from nbpeer.cli.options import base_option, format_option, show_json
from nbpeer.cli.suggest import statuses


@click.command(name="catalogue")
@click.option(
    "--status", multiple=True, shell_complete=statuses, help="Only analyses of this status; may be given again."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@base_option("What approvals are held against; without it the usual branch.")
@format_option
def command(status: tuple[str, ...], as_json: bool, base: str | None, output_format: str) -> int:
    """List every analysis: its status, title, path, what it found, what was decided on it and what became of that.

    \b
    Examples:
      nbpeer catalogue
      nbpeer catalogue --status lapsed
      nbpeer catalogue --json
    """
    import msgspec

    from nbpeer.commands.catalogue import catalogue
    from nbpeer.config import load_config
    from nbpeer.model.catalogue import STATUSES
    from nbpeer.render.visible import visible
    from nbpeer.repo import git

    unknown = [one for one in status if one not in STATUSES]
    if unknown:
        raise click.UsageError(f"{unknown[0]!r} is no status: {', '.join(STATUSES)}")
    root = git.find_root(Path.cwd())
    with counting("Reading analyses") as step:
        found = catalogue(root, load_config(root), base, step)
    entries = tuple(entry for entry in found.entries if not status or entry.status in status)
    if as_json or output_format == "json":
        show_json(msgspec.structs.replace(found, entries=entries))
        return 0
    became = {sheet.decision.path: sheet.in_short for sheet in found.decisions}
    for entry in entries:
        results = ", ".join(f"{one.name} {one.value} {one.unit}".rstrip() for one in entry.results[:2])
        decisions = ", ".join(f"decision {became[path]}" for path in entry.decisions)
        said = (f"{entry.status:<10}", entry.title, f"({entry.path})", results, decisions)
        click.echo(visible("  ".join(filter(None, said))))
    for note in found.notes:
        click.echo(f"Note: {visible(note)}")
    counted = [f"{sum(one.status == name for one in entries)} {name}" for name in STATUSES]
    click.echo("; ".join(one for one in counted if not one.startswith("0 ")) or "no analysis")
    return 0
