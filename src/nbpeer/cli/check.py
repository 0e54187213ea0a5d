"""`nbpeer check`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbpeer.cli.options import console, paths_argument, show, show_json
from nbpeer.cli.suggest import rules

if TYPE_CHECKING:
    from nbpeer.commands.check import CheckOptions
    from nbpeer.model.finding import CheckReport, Regions

_FORMATS = ["text", "json", "github", "sarif", "rdjson"]


@click.command(name="check")
@paths_argument
@click.option(
    "--select",
    metavar="CODES",
    shell_complete=rules,
    default="",
    help="Apply only these: codes, beginnings of codes, names.",
)
@click.option("--ignore", metavar="CODES", shell_complete=rules, default="", help="Do not apply these.")
@click.option("--extend-ignore", metavar="CODES", shell_complete=rules, default="", help="Do not apply these either.")
@click.option("--fix", "mends", is_flag=True, help="Carry out the suggestions that cannot change a result.")
@click.option("--diff", "previews", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--rerun", "runs", is_flag=True, help="Run each notebook in a fresh kernel, for NBP101.")
@click.option("--update-baseline", is_flag=True, help="Take what is found now as known.")
@click.option("--no-baseline", is_flag=True, help="Show what the baseline knows as well.")
@click.option("--no-cache", is_flag=True, help="Do not answer from the cache.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="text for people, github for a workflow, sarif for code scanning, rdjson for reviewdog, json for programs.",
)
def command(
    paths: tuple[Path, ...],
    output_format: str,
    mends: bool,
    previews: bool,
    runs: bool,
    **flags: str | bool,
) -> int:
    """Apply the rules to notebooks.

    PATHS are notebooks and folders; without them every analysis of the repository is checked. What the configuration
    excludes is left out. --select and --ignore replace those of the configuration, --extend-ignore
    adds to what is ignored; CODES are separated by commas.

    A finding is accepted with its reason where it stands: `# nbpeer: waive NBP301 reason`.

    Exit code 0: nothing, or only infos; 1: errors or warnings, with --diff: something to mend; 2: a notebook could
    not be read, or bad usage.

    \b
    Examples:
      nbpeer check analyses/pricing.ipynb
      nbpeer check --select NBP3,NBP601 --format github
      nbpeer check --diff
    """
    options = _options(flags)
    if runs and (mends or previews or options.update_baseline):
        raise click.UsageError("--rerun goes with none of --fix, --diff and --update-baseline")
    if mends or previews:
        return _mend(paths, options, output_format, write=not previews)
    report = _checked(paths, options, runs=runs)
    regions: Regions = {}
    if output_format in ("sarif", "rdjson"):
        from nbpeer.commands.check_fix import fix_regions

        regions = fix_regions(paths, options, report)
    return _ended(report, output_format, regions)


def _options(flags: dict[str, str | bool]) -> CheckOptions:
    from nbpeer.commands.check import CheckOptions

    return CheckOptions(
        select=_codes(flags["select"]),
        ignore=_codes(flags["ignore"]),
        extend_ignore=_codes(flags["extend_ignore"]),
        cached=not flags["no_cache"],
        baseline=not flags["no_baseline"],
        update_baseline=bool(flags["update_baseline"]),
    )


def _codes(text: str | bool) -> tuple[str, ...]:
    return tuple(str(text).replace(",", " ").split())


def _checked(paths: tuple[Path, ...], options: CheckOptions, *, runs: bool) -> CheckReport:
    if runs:
        from nbpeer.commands.check_rerun import check_with_rerun

        return check_with_rerun(
            paths, options, lambda step: click.echo(f"nbpeer: {step.path} cell {step.cell} of {step.cells}", err=True)
        )
    from nbpeer.commands.check import check

    with _progress() as progress:
        return check(paths, options, progress)


def _mend(paths: tuple[Path, ...], options: CheckOptions, output_format: str, *, write: bool) -> int:
    from nbpeer.commands.check_fix import fix
    from nbpeer.render.mended import mended_line, mended_text

    with _progress() as progress:
        report, mended = fix(paths, options, write=write, progress=progress)
    if write:
        code = _ended(report, output_format)
        if mended:
            click.echo(mended_line(mended, written=True), err=output_format != "text")
        return code
    if output_format == "json":
        show_json(mended)
    else:
        click.echo(mended_text(mended), nl=False)
        click.echo(mended_line(mended, written=False), err=True)
    return 1 if mended else 0


def _ended(report: CheckReport, output_format: str, regions: Regions | None = None) -> int:
    _show(report, output_format, regions or {})
    if {finding.path for finding in report.findings} - set(report.checked):
        return 2
    return 0 if report.clean else 1


def _show(report: CheckReport, output_format: str, regions: Regions) -> None:
    from nbpeer.render.findings import findings_github, findings_text

    if output_format == "json":
        show_json(report)
    elif output_format == "sarif":
        import nbpeer.commands.explain
        from nbpeer.render.sarif import findings_sarif

        show_json(findings_sarif(report, nbpeer.commands.explain.explain_all(), _version(), regions))
    elif output_format == "rdjson":
        from nbpeer.render.rdjson import findings_rdjson

        show_json(findings_rdjson(report, regions))
    elif output_format == "github":
        click.echo(findings_github(report), nl=False)
    else:
        show(findings_text(report))


def _version() -> str:
    from importlib.metadata import version

    return version("nbpeer")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """What shows how many notebooks are checked: a bar on a terminal, one line elsewhere, nothing for a few."""
    if not sys.stderr.isatty():
        yield _one_line()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as shown:
        task = shown.add_task("Checking", total=None, visible=False)
        yield lambda done, total: shown.update(task, completed=done, total=total, visible=done < total)


def _one_line() -> Callable[[int, int], None]:
    said: list[int] = []

    def progress(done: int, total: int) -> None:
        if not said and done < total:
            said.append(total)
            click.echo(f"nbpeer: checking {total} notebooks", err=True)

    return progress
