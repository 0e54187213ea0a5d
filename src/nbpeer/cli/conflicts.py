"""`nbpeer conflicts`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nbpeer.cli.options import format_option, paths_argument, show_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbpeer.commands.conflicts import ConflictReport
    from nbpeer.diff.merge_conflict import Choice
    from nbpeer.diff.merge_resolve import ConflictedCell

_Function = TypeVar("_Function", bound="Callable[..., Any] | click.Command")


class _CellNumber(click.ParamType):  # type: ignore[type-arg]  # no generic before click 8.4
    name = "cell"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """A cell's number, or -1 for `all`."""
        if value == "all":
            return -1
        if not str(value).isdecimal():
            self.fail(f"{value!r} is neither a cell's number nor all", param, ctx)
        return int(value)


def _choice(name: str, text: str) -> Callable[[_Function], _Function]:
    return click.option(f"--{name}", multiple=True, type=_CellNumber(), metavar="CELL", help=text)


@click.command(name="conflicts")
@paths_argument
@_choice("ours", "Take our lines in this cell, or in all.")
@_choice("theirs", "Take their lines.")
@_choice("both", "Take our lines, then theirs.")
@_choice("edited", "Keep the cell as somebody has edited it; refused while markers are in it.")
@format_option
def command(paths: tuple[Path, ...], output_format: str, **chosen: tuple[int, ...]) -> int:
    """List and resolve the conflicts that a merge left in notebooks.

    PATHS are notebooks and folders, by default the folder you are in. CELL is the number of a cell as the list shows
    it, 0 for the notebook's own metadata, or all. The exit code is 1 as long as there are conflicts, and 2 when a
    notebook cannot be read.

    \b
    Examples:
      nbpeer conflicts
      nbpeer conflicts analyses/pricing.ipynb --ours 3 --theirs 7
      nbpeer conflicts analyses/pricing.ipynb --both all
    """
    from nbpeer.commands.conflicts import find_conflicts, resolve_conflicts

    names: tuple[Choice, ...] = ("ours", "theirs", "both", "edited")
    choices = [(number, name) for name in names for number in chosen[name]]
    if not choices:
        report = find_conflicts(paths or (Path(),))
    elif len(paths) != 1:
        raise click.UsageError("name one notebook to resolve conflicts in")
    else:
        report = resolve_conflicts(paths[0], choices)
    _show(report, output_format)
    if any(notebook.problem for notebook in report.conflicted):
        return 2
    return 1 if report.conflicted else 0


def _show(report: ConflictReport, output_format: str) -> None:
    for notebook in report.conflicted:
        if notebook.problem:
            click.echo(f"nbpeer: {notebook.problem}", err=True)
    if output_format == "json":
        show_json(report)
        return
    for notebook in report.conflicted:
        for cell in notebook.cells:
            click.secho(f"{notebook.path}: {_headline(cell)}", bold=True)
            _show_versions(cell)
    noun = "conflict" if report.count == 1 else "conflicts"
    looked_at = "1 notebook" if report.notebooks == 1 else f"{report.notebooks} notebooks"
    click.echo(f"{report.count} {noun} in {looked_at}")
    first = next((notebook for notebook in report.conflicted if notebook.cells), None)
    if first is not None:
        number = first.cells[0].cell
        click.echo(
            f"Next: nbpeer conflicts {shlex.quote(first.path)} --ours {number} (or --theirs, --both; --edited once you "
            "have edited the cell)"
        )


def _headline(cell: ConflictedCell) -> str:
    if cell.cell == 0:
        return "the notebook's metadata (cell 0)"
    if cell.deleted_by:
        edited = "theirs" if cell.deleted_by == "ours" else "ours"
        return f"cell {cell.cell}, deleted by {cell.deleted_by}, edited by {edited}"
    if not cell.lines and not cell.values:
        return f"cell {cell.cell}, edited since: `--edited {cell.cell}` keeps it so"
    spans = ", ".join(f"{lines.first}-{lines.last}" for lines in cell.lines)
    return f"cell {cell.cell}" + (f", lines {spans}" if spans else "")


def _show_versions(cell: ConflictedCell) -> None:
    from nbpeer.render.visible import shortened, visible

    for lines in cell.lines:
        for side in ("ours", "theirs"):
            versions = getattr(lines, side)
            for line in versions or ("(nothing)",):
                click.echo(f"  {_label(side)} | {shortened(visible(line), 200)}")
    for value in cell.values:
        click.echo(f"  {visible('.'.join(value['key']))}")
        for side in ("ours", "theirs"):
            click.echo(f"  {_label(side)} | {shortened(visible(str(value.get(side, '(nothing)'))), 200)}")


def _label(side: str) -> str:
    return click.style(f"{side:6}", fg="green" if side == "ours" else "magenta")
