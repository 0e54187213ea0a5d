"""`nbpeer init`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from nbpeer.cli.options import format_option, show_json

if TYPE_CHECKING:
    from nbpeer.model.setup import SetupReport
    from nbpeer.repo.rivals import Tool

# As nbpeer.repo.rivals has them, without importing it.
TOOLS = ("nbstripout", "nb-clean", "jupytext", "nbdime", "databooks")


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
@click.option(
    "--from",
    "tools",
    type=click.Choice(TOOLS),
    multiple=True,
    help="Take over from this tool, with its settings; may be given several times.",
)
@click.option("--undo", is_flag=True, help="Give back what the last --from in this clone replaced.")
@format_option
def command(output_format: str, tools: tuple[Tool, ...], undo: bool, dry_run: bool, **flags: Any) -> int:
    """Set up this repository: configuration, git filter, pre-commit hooks, pull-request template.

    Doing it again changes nothing. What somebody else set up is left and named, and the exit code is then 1.
    The git filter is set for this clone only: everybody runs `nbpeer init` once in theirs.
    With --from another tool's filter, drivers and hooks go, its settings become nbpeer's, and what has no counterpart
    is named; what is replaced is kept, and --undo gives it back byte for byte.

    \b
    Example:
      nbpeer init --dry-run
      nbpeer init
      nbpeer init --from nbstripout
      nbpeer init --github
    """
    report = _report(tools, undo, dry_run, **flags)
    if output_format == "json":
        show_json(report)
    else:
        if dry_run:
            click.echo("Dry run: nothing is written.")
        for step in report.steps:
            click.echo(f"{step.outcome:<10} {step.path}" + (f": {step.detail}" if step.detail else ""))
        for note in report.notes:
            click.echo(f"note       {note}")
        click.echo(f"Next: {report.todo}")
    return 0 if report.complete else 1


def _report(
    tools: tuple[Tool, ...], undo: bool, dry_run: bool, *, github: Literal["branches", "forks"] | None, **flags: bool
) -> SetupReport:
    here, force, with_filter = Path.cwd(), flags["force"], not flags["no_filter"]
    if undo:
        from nbpeer.commands import takeover

        if tools or github or any(flags.values()):
            raise click.UsageError("--undo goes with --dry-run alone")
        return takeover.undo(here, dry_run=dry_run)
    if tools:
        from nbpeer.commands import takeover

        if github:
            raise click.UsageError("--from and --github are two steps: `nbpeer init --github` afterwards")
        chosen = tuple(dict.fromkeys(tools))
        return takeover.take_over(here, chosen, dry_run=dry_run, force=force, with_filter=with_filter)
    from nbpeer.commands.init import init

    return init(here, dry_run=dry_run, force=force, with_filter=with_filter, pull_requests=github)
