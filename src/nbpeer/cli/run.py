"""`nbpeer run`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.options import console, format_option, show, show_json

if TYPE_CHECKING:
    from nbpeer.model.run import Run
    from nbpeer.run.execute import Step

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True)


@click.command(name="run")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("-p", "--parameters", "typed", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter.")
@click.option("-r", "--parameters_raw", "raw", nargs=2, multiple=True, metavar="NAME TEXT", help="The same, as text.")
@click.option("-f", "--parameters_file", "files", multiple=True, type=click.Path(path_type=Path), help="A YAML file.")
@click.option("-y", "--parameters_yaml", "texts", multiple=True, metavar="YAML", help="A YAML text.")
@click.option("-k", "--kernel", default="", metavar="NAME", help="The kernel, instead of the notebook's own.")
@click.option("--cwd", "folder", type=_FOLDER, help="Where to run, instead of the notebook's folder.")
@click.option("--timeout", "--execution-timeout", type=click.IntRange(0), metavar="SECONDS", help="Longest for a cell.")
@click.option("--report-mode/--no-report-mode", default=False, help="Hide the code in the executed notebook.")
@click.option("--prepare-only/--prepare-execute", default=False, help="Write the parameters in; execute nothing.")
@format_option
def command(paths: tuple[Path, ...], output_format: str, **options: Any) -> int:
    """Execute notebooks, each in a fresh kernel, and record their results.

    The executed notebook is kept under .nbpeer/runs/, where git does not see it; the named results and the run's
    certificate in NAME.results.json beside the notebook, which is rewritten only when something in it changed. The
    notebook itself is not touched. A parameter that the cell tagged `parameters` does not declare is refused.

    Exit code 0 when every notebook completed; 1 when a cell failed or an expectation on the data does not hold; 2
    when something was refused before a kernel started. After a failed cell the partial notebook is kept and the
    recorded results stay as they were.

    \b
    Example:
      nbpeer run analyses/pricing.ipynb -p alpha 0.05 -y "countries: [de, fr]"
    """
    from nbpeer.commands.run import RunOptions, run
    from nbpeer.render.runs import error_line, runs_text
    from nbpeer.run.parameters import Given

    given = Given(**{key: options.pop(key) for key in Given._fields})
    with _progress() as on_step:
        runs = run(paths, given, RunOptions(**options), on_step)
    if output_format == "json":
        show_json(runs)
    else:
        show(runs_text(runs))
    for ended in runs:
        if ended.error:
            click.echo(f"nbpeer: {error_line(ended.path, ended.error)}; see {ended.executed}", err=True)
    return 1 if any(map(_failed, runs)) else 0


def _failed(ended: Run) -> bool:
    return ended.status in ("failed", "stopped") or bool(ended.failed_expectations)


@contextmanager
def _progress() -> Iterator[Callable[[Step], None]]:
    """What to call at each step: a bar a notebook on a terminal, else a line a cell; on standard error."""
    if not sys.stderr.isatty():
        yield _line
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=console(stderr=True)) as progress:
        bars: dict[str, Any] = {}

        def on_step(step: Step) -> None:
            if step.path not in bars:
                bars[step.path] = progress.add_task(step.path, total=step.cells)
            done = step.seconds is not None
            what = f"cell {step.cell}  {step.title}" if step.cell else step.title
            completed = step.cell if done else None
            progress.update(bars[step.path], description=f"{step.path}  {what}", completed=completed)

        yield on_step


def _line(step: Step) -> None:
    if step.cell == 0:
        click.echo(f"{step.path}  {step.title}", err=True)
    elif step.seconds is not None:
        title = f"  {step.title}" if step.title else ""
        click.echo(f"  cell {step.cell}/{step.cells}{title}  {step.seconds:.1f} s", err=True)
