"""`nbpeer init`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from nbpeer.cli.options import format_option, show_json


@click.command(name="init")
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option("--force", is_flag=True, help="Add nbpeer's settings where somebody else's stand; theirs are kept.")
@click.option("--no-filter", is_flag=True, help="Leave git's filter alone, for teams that strip in a hook only.")
@click.option(
    "--github",
    type=click.Choice(["branches", "forks"]),
    is_flag=False,
    flag_value="branches",
    help="Write the workflows that review pull requests: those of branches (the default), or of forks too.",
)
@format_option
def command(
    dry_run: bool, force: bool, no_filter: bool, github: Literal["branches", "forks"] | None, output_format: str
) -> int:
    """Set up this repository: configuration, git filter, pre-commit hooks, pull-request template.

    Doing it again changes nothing. What somebody else set up is left and named, and the exit code is then 1.
    The git filter is set for this clone only: everybody runs `nbpeer init` once in theirs.

    \b
    Example:
      nbpeer init --dry-run
      nbpeer init
      nbpeer init --github
    """
    from nbpeer.commands.init import init

    report = init(Path.cwd(), dry_run=dry_run, force=force, with_filter=not no_filter, pull_requests=github)
    if output_format == "json":
        show_json(report)
    else:
        if dry_run:
            click.echo("Dry run: nothing is written.")
        for step in report.steps:
            click.echo(f"{step.outcome:<10} {step.path}" + (f": {step.detail}" if step.detail else ""))
        click.echo(f"Next: {report.todo}")
    return 0 if report.complete else 1
