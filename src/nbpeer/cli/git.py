"""`nbpeer git`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.options import format_option, show_json
from nbpeer.files import shown

if TYPE_CHECKING:
    from nbpeer.model.setup import GitStatus, Scope, SetupReport

attributes_option = click.option(
    "--attributes",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The attributes file, like .gitattributes; without it the scope's own (local: .git/info/attributes).",
)


def scope_options(function: Any) -> Any:
    """--local, --global and --system, of which the last given counts; none is None."""
    scopes = {"system": "Everybody on this machine.", "global": "All your repositories.", "local": "This clone."}
    for scope, what in scopes.items():
        function = click.option(f"--{scope}", "scope", flag_value=scope, default=None, help=what)(function)
    return function


@click.group(name="git")
def command() -> None:
    """Install, remove or show nbpeer's drivers in git: filter, diff, merge; give notebooks their outputs back.

    The filter strips notebooks as git adds them and leaves the working copy its outputs. The diff driver shows
    notebooks as text in git diff, log -p, show and blame. The merge driver merges them by cells.

    \b
    Examples:
      nbpeer git install
      nbpeer git status
      nbpeer git restore-outputs analyses/
    """


@command.command(short_help="Configure the drivers and give them to notebooks.")
@scope_options
@attributes_option
@click.option("--force", is_flag=True, help="Win over another tool's drivers; its lines stay.")
@format_option
def install(scope: Scope | None, attributes: Path | None, force: bool, output_format: str) -> int:
    """Configure the drivers and give them to notebooks, in this clone and its work trees unless a scope is given.

    Doing it again changes nothing. Where notebooks have a driver of another tool (nbstripout, nb-clean, jupytext,
    nbdime, nbdev) nothing is changed, both are named, and the exit code is 1.

    \b
    Examples:
      nbpeer git install
      nbpeer git install --attributes .gitattributes
      nbpeer git install --global
    """
    from nbpeer.commands.git import install

    return _show_report(install(Path.cwd(), scope or "local", attributes, force=force), output_format)


@command.command(short_help="Take the drivers out again, without trace.")
@scope_options
@attributes_option
@format_option
def uninstall(scope: Scope | None, attributes: Path | None, output_format: str) -> int:
    """Take the drivers out again, without trace, from this clone unless a scope is given.

    git then sees the outputs that working copies have: `nbpeer strip` takes them out.

    \b
    Example:
      nbpeer git uninstall
    """
    from nbpeer.commands.git import uninstall

    return _show_report(uninstall(Path.cwd(), scope or "local", attributes), output_format)


@command.command(short_help="Show what notebooks have, and whether git strips.")
@scope_options
@format_option
def status(scope: Scope | None, output_format: str) -> int:
    """Show the drivers that notebooks have, where they are configured, and whether git really strips.

    Without a scope all count. Exit code 0 when nbpeer's drivers are installed and work, 1 when not.

    \b
    Example:
      nbpeer git status --format json
    """
    from nbpeer.commands.git import status

    found = status(Path.cwd(), scope)
    if output_format == "json":
        show_json(found)
    else:
        _show_status(found)
    return 0 if found.installed else 1


@command.command(name="restore-outputs", short_help="Give notebooks the outputs of their last run here.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@format_option
def restore_outputs(paths: tuple[Path, ...], output_format: str) -> int:
    """Give notebooks that were pulled, or stripped, the outputs of their last run here.

    PATHS are notebooks and folders. The run must be of exactly the notebook's source. Nothing but outputs changes, and
    with the filter git sees no change. Exit code 1 when a notebook could not get its outputs.

    \b
    Example:
      git pull && nbpeer git restore-outputs analyses/
    """
    from nbpeer.commands.restore_outputs import restore_outputs

    restored = restore_outputs(paths)
    if output_format == "json":
        show_json(restored)
    else:
        for one in restored:
            outputs = f"outputs of {one.cells} {'cell' if one.cells == 1 else 'cells'}" if one.cells else ""
            said = "; ".join(filter(None, (outputs, one.detail)))
            click.echo(f"{one.outcome:<10} {shown(one.path)}" + (f": {said}" if said else ""))
    return 1 if any(one.outcome == "refused" for one in restored) else 0


def _show_report(report: SetupReport, output_format: str) -> int:
    if output_format == "json":
        show_json(report)
    else:
        for step in report.steps:
            click.echo(f"{step.outcome:<10} {step.path}" + (f": {step.detail}" if step.detail else ""))
        if report.todo:
            click.echo(f"Next: {report.todo}")
    return 0 if report.complete else 1


def _show_status(found: GitStatus) -> None:
    click.echo("installed" if found.installed else f"not installed: {found.problem}")
    for driver in found.drivers:
        have = ", ".join(driver.notebooks_have) or "none"
        scopes = (
            f"nbpeer's is configured: {', '.join(driver.scopes)}" if driver.scopes else "nbpeer's is not configured"
        )
        click.echo(f"{driver.kind:<7} notebooks have: {have}; {scopes}")
    click.echo(
        "git strips notebooks as it adds them" if found.strips else "git does not strip notebooks as nbpeer does"
    )
    for other in found.others:
        where = ", ".join(other.scopes) or "not configured"
        used = "in use" if other.in_use else "not in use for notebooks"
        mend = f"; `{other.remove}` takes it out" if other.remove else ""
        click.echo(f"other:  {other.section}{f' of {other.tool}' * bool(other.tool)} ({where}; {used}){mend}")
