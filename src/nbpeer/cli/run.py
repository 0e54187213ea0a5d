"""`nbpeer run`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.options import show
from nbpeer.cli.run_progress import watching
from nbpeer.cli.suggest import revisions
from nbpeer.cli.unchanged import remember
from nbpeer.render.runs import failure_lines, run_spans
from nbpeer.render.spans import plain, styled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbpeer.model.run import Run
    from nbpeer.render.spans import Span

_FILE = click.Path(path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True)


@click.command(name="run")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=_FILE)
@click.option("-p", "--parameters", "typed", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter.")
@click.option("-r", "--parameters_raw", "raw", nargs=2, multiple=True, metavar="NAME TEXT", help="The same, as text.")
@click.option("-f", "--parameters_file", "files", multiple=True, type=_FILE, help="A YAML file.")
@click.option("-y", "--parameters_yaml", "texts", multiple=True, metavar="YAML", help="A YAML text.")
@click.option("--secret", "secrets", multiple=True, metavar="NAME", help="Set from the environment; kept nowhere.")
@click.option("--matrix", type=_FILE, metavar="FILE", help="A YAML file of parameter sets: one run each.")
@click.option(
    "--changed",
    default="",
    metavar="BASE",
    shell_complete=revisions,
    help="Only what changed since BASE, or whose results are stale.",
)
@click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="How many at once; else one a processor.")
@click.option("--dask", default="", metavar="ADDRESS", help="Run on a Dask cluster; `local` starts one here.")
@click.option("--fresh", is_flag=True, help="Execute again also what did not change.")
@click.option("--plain", is_flag=True, help="Start each kernel anew, instead of forking it.")
@click.option("-k", "--kernel", default="", metavar="NAME", help="The kernel, instead of the notebook's own.")
@click.option("--cwd", "folder", type=_FOLDER, help="Where to run, instead of the notebook's folder.")
@click.option("--timeout", "--execution-timeout", type=click.IntRange(0), metavar="SECONDS", help="Longest for a cell.")
@click.option("--report-mode/--no-report-mode", default=False, help="Hide the code in the executed notebook.")
@click.option("--prepare-only/--prepare-execute", default=False, help="Write the parameters in; execute nothing.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "jsonl", "markdown"]),
    default="text",
    show_default=True,
    help="text for people, markdown as a table, json for programs, jsonl for programs that follow along.",
)
@click.pass_obj
def command(asked: tuple[str, ...], /, paths: tuple[Path, ...], output_format: str, **options: Any) -> int:
    """Execute notebooks, each in a fresh kernel, and record their results.

    PATHS are notebooks and folders, which stand for the analyses in them. The executed notebook is kept under
    .nbpeer/runs/, where git does not see it; the named results and the run's certificate in NAME.results.json beside
    the notebook, which is rewritten only when something in it changed. The notebook itself is not touched. A
    parameter that the cell tagged `parameters` does not declare is refused.

    A notebook of which nothing it depends on changed since it last completed (source, parameters, inputs, packages) is
    not executed again: the report says `cached`. With --matrix the results stay under .nbpeer/runs/ and are
    compared in a table.

    Exit code 0 when every notebook completed; 1 when a cell failed or an expectation on the data does not hold; 2
    when something was refused before a kernel started; 3 when a kernel did not start. After a failed cell the partial
    notebook is kept and the recorded results stay as they were.

    \b
    Examples:
      nbpeer run analyses/pricing.ipynb -p alpha 0.05 -y "countries: [de, fr]"
      nbpeer run analyses --jobs 4
      nbpeer run --changed origin/main --format jsonl
      nbpeer run analyses/pricing.ipynb --matrix countries.yml --secret db_password=PGPASSWORD
    """
    from nbpeer.commands.run import RunOptions, run
    from nbpeer.run.parameters import Given

    if not paths and not options["changed"]:
        raise click.UsageError("name a notebook or a folder, or pass --changed BASE")
    given = Given(**{key: options.pop(key) for key in Given._fields})
    options["jobs"] = options["jobs"] or 0
    with watching(output_format) as on_event:
        runs, depends = run(paths, given, RunOptions(**options), on_event)
    text = _show(runs, output_format, bool(options["matrix"]))
    for line in failure_lines(runs):
        click.echo(f"nbpeer: {line}", err=True)
    code = _exit_code(runs)
    if depends and text and not any(ended.problem for ended in runs):
        remember(asked, code, text, depends)
    return code


def _show(runs: tuple[Run, ...], output_format: str, matrix: bool) -> str:
    """Print the runs; the text when it was plain and whole."""
    from nbpeer.render.json import to_json
    from nbpeer.render.run_table import compare_runs, comparison_markdown, comparison_spans

    if output_format == "json":
        text = to_json({"runs": runs, "comparison": compare_runs(runs)} if matrix else runs)
    elif output_format == "markdown":
        text = comparison_markdown(compare_runs(runs))
    elif output_format == "jsonl":
        return ""
    elif runs:
        return _show_spans(comparison_spans(compare_runs(runs)) if matrix else run_spans(runs))
    else:
        text = "nothing changed, and all results are fresh\n"
    click.echo(text, nl=False)
    return text


def _show_spans(spans: Iterable[Span]) -> str:
    if sys.stdout.isatty():
        show(styled(spans))
        return ""
    text = plain(spans) + "\n"
    click.echo(text, nl=False)
    return text


def _exit_code(runs: tuple[Run, ...]) -> int:
    if any(ended.status == "not_started" for ended in runs):
        return 3
    if any(ended.problem and ended.status == "completed" for ended in runs):
        return 2
    return 1 if any(ended.status in ("failed", "stopped") or ended.failed_expectations for ended in runs) else 0
